import { Button, SegmentedControl, Slider } from '@mantine/core'
import {
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerSkipBack,
  IconPlayerSkipForward,
} from '@tabler/icons-react'
import { useEffect, useState, type ReactNode } from 'react'
import type { TrafficView } from '../../../../src/contract/index.ts'
import { useClient } from '../../core/context.tsx'
import { useText } from '../../i18n/use-text.ts'
import { Card, Section } from '../../ui/page.tsx'
import { IconAction } from '../../ui/icon-action.tsx'
import { useAct } from '../../ui/use-act.ts'
import { endText } from '../lab/call-text.ts'
import { sceneAt, stepsOf, type Scene } from './traffic-steps.ts'
import css from './traffic.module.css'

/** Who sends what to whom: two sockets get messages from four. */
const MESSAGES = [
  { from: 0, to: 0, text: 'Alice' },
  { from: 1, to: 1, text: 'Bob' },
  { from: 2, to: 0, text: 'Carol' },
  { from: 0, to: 0, text: 'Alice' },
  { from: 3, to: 1, text: 'Dave' },
  { from: 1, to: 1, text: 'Bob' },
]
const PLAY_EVERY_MS = 1_100

/** Several sockets sending at once, really sent, then shown step by step, forwards and backwards. */
export function TrafficSection(): ReactNode {
  const { t } = useText()
  const client = useClient()
  const act = useAct()
  const [protocol, setProtocol] = useState<'udp' | 'tcp'>('udp')
  const [traffic, setTraffic] = useState<TrafficView>()
  const send = async (): Promise<void> => {
    const run = await act(() => client.sockets.traffic({ protocol, messages: MESSAGES }))
    if (run) setTraffic(run)
  }
  return (
    <Section title={t('sockets.segments.traffic')} text={t('sockets.segments.trafficText')}>
      <div className={css.start}>
        <SegmentedControl
          aria-label={t('sockets.segments.protocol')}
          value={protocol}
          data={[
            { value: 'udp', label: 'UDP' },
            { value: 'tcp', label: 'TCP' },
          ]}
          onChange={(value) => setProtocol(value)}
        />
        <Button onClick={() => void send()}>{t('sockets.segments.run')}</Button>
      </div>
      {traffic && <Stage key={traffic.messages.map(({ source }) => source.port).join()} traffic={traffic} />}
    </Section>
  )
}

function Stage({ traffic }: { traffic: TrafficView }): ReactNode {
  const { t } = useText()
  const [step, setStep] = useState(0)
  const [playing, setPlaying] = useState(false)
  const count = stepsOf(traffic)
  const isPlaying = playing && step < count
  useEffect(() => {
    if (!isPlaying) return undefined
    const timer = setInterval(() => setStep((now) => Math.min(count, now + 1)), PLAY_EVERY_MS)
    return () => clearInterval(timer)
  }, [isPlaying, count])
  const scene = sceneAt(traffic, step)
  const agrees = traffic.messages.every(({ expected, observed }) => expected === observed)
  return (
    <Card>
      <div className={css.controls}>
        <IconAction
          label={t('sockets.segments.back')}
          tooltip={t('sockets.segments.back')}
          icon={IconPlayerSkipBack}
          disabled={step === 0}
          onClick={() => (setPlaying(false), setStep(step - 1))}
        />
        <IconAction
          label={isPlaying ? t('sockets.segments.pause') : t('sockets.segments.play')}
          tooltip={isPlaying ? t('sockets.segments.pause') : t('sockets.segments.play')}
          icon={isPlaying ? IconPlayerPause : IconPlayerPlay}
          onClick={() => (step === count && setStep(0), setPlaying(!isPlaying))}
        />
        <IconAction
          label={t('sockets.segments.forward')}
          tooltip={t('sockets.segments.forward')}
          icon={IconPlayerSkipForward}
          disabled={step === count}
          onClick={() => (setPlaying(false), setStep(step + 1))}
        />
        <Slider
          className={css.slider}
          min={0}
          max={count}
          value={step}
          label={null}
          thumbLabel={t('sockets.segments.position')}
          onChange={(value) => (setPlaying(false), setStep(value))}
        />
        <span className={css.step}>{t('sockets.segments.step', { step, count })}</span>
      </div>
      <p className={css.says} role="status">
        <Sentence scene={scene} />
      </p>
      <div className={css.stage}>
        <Sockets
          title={t('sockets.segments.senders')}
          sockets={traffic.senders}
          messagesOf={(id) => scene.waiting.filter(({ from }) => from === id)}
        />
        <Wire scene={scene} />
        <Sockets
          title={t('sockets.segments.receivers')}
          sockets={traffic.receivers}
          messagesOf={(id) => scene.arrived.filter(({ observed }) => observed === id)}
        />
      </div>
      {step === count && (
        <p className={css.agrees}>
          {agrees ? t('sockets.segments.agrees') : t('sockets.segments.disagrees')}
        </p>
      )}
    </Card>
  )
}

function Sentence({ scene: { last } }: { scene: Scene }): ReactNode {
  const { t } = useText()
  if (last.is === 'start') return t('sockets.segments.atStart')
  const { from, text, source, destination, observed, rule } = last.message
  const words = { text, source: source.port, destination: destination.port }
  if (last.is === 'handed') return t('sockets.segments.handed', { ...words, socket: from })
  if (last.is === 'lost') return t('sockets.segments.lost', words)
  return t('sockets.segments.risen', {
    ...words,
    socket: observed,
    rule: t(`sockets.segments.rule.${rule ?? 'address-and-port'}`),
  })
}

function Sockets(props: {
  title: string
  sockets: TrafficView['senders']
  messagesOf: (id: string) => Scene['waiting']
}): ReactNode {
  const { t } = useText()
  return (
    <div className={css.side}>
      <h3>{props.title}</h3>
      <ul>
        {props.sockets.map(({ id, local, remote }) => (
          <li key={id} className={css.socket}>
            <strong>{id}</strong>
            <code>{endText(local)}</code>
            {id.startsWith('L') && !remote && (
              <span className={css.hint}>{t('sockets.segments.listens')}</span>
            )}
            {remote && (
              <span className={css.hint}>
                {t('sockets.segments.connectedTo', { address: endText(remote) })}
              </span>
            )}
            {props.messagesOf(id).map(({ text }) => (
              <span key={text} className={css.message}>
                {text}
              </span>
            ))}
          </li>
        ))}
      </ul>
    </div>
  )
}

/** The way all segments share: each with the two ports that bring it to its socket. */
function Wire({ scene }: { scene: Scene }): ReactNode {
  const { t } = useText()
  return (
    <div className={css.side}>
      <h3>{t('sockets.segments.wire')}</h3>
      <ol className={css.wire}>
        {scene.onTheWay.map(({ text, source, destination }) => (
          <li key={text} className={css.segment}>
            <span className={css.header}>
              {t('sockets.segments.header', { source: source.port, destination: destination.port })}
            </span>
            <span className={css.message}>{text}</span>
          </li>
        ))}
      </ol>
    </div>
  )
}
