import { Button } from '@mantine/core'
import { IconPlayerStop, IconSend2 } from '@tabler/icons-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import type { DeliveryComparison, DeliveryCondition, DeliveryTrial } from '../../../src/contract/index.ts'
import { useClient } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { Card, Section } from '../ui/page.tsx'
import { useAct } from '../ui/use-act.ts'
import { delayWords } from './scale.ts'
import { WayPicture } from './way-picture.tsx'
import css from './deliveries.module.css'

const MESSAGES = 18

const EXPLAIN = {
  awake: 'deliveries.explainAwake',
  asleep: 'deliveries.explainAsleep',
  'server-down': 'deliveries.explainServerDown',
} as const satisfies Record<DeliveryCondition, string>

/** Direct messages beside mail: what arrives, and when, while things go wrong. */
export function DeliveriesSection(): ReactNode {
  const { t } = useText()
  const { comparison, isRunning, start, stop } = useComparison()
  const trials = comparison?.trials ?? []
  const now = isRunning ? trials.at(-1) : undefined
  return (
    <Section title={t('deliveries.title')} text={t('deliveries.text')}>
      <Card>
        <div className={css.actions}>
          {isRunning ? (
            <Button
              variant="default"
              leftSection={<IconPlayerStop size={16} aria-hidden="true" />}
              onClick={stop}
            >
              {t('deliveries.stop')}
            </Button>
          ) : (
            <Button variant="light" leftSection={<IconSend2 size={16} aria-hidden="true" />} onClick={start}>
              {comparison ? t('deliveries.again') : t('deliveries.start', { number: MESSAGES })}
            </Button>
          )}
          <span role="status" className="sh-muted">
            {now && t('deliveries.running', { condition: t(`deliveries.${now.condition}`) })}
          </span>
        </div>
        {trials.map((trial) => (
          <Trial key={trial.condition} trial={trial} isOver={trial !== now} />
        ))}
        {trials.length > 0 && <p className={css.scale}>{t('deliveries.scale')}</p>}
      </Card>
    </Section>
  )
}

function Trial({ trial, isOver }: { trial: DeliveryTrial; isOver: boolean }): ReactNode {
  const { t } = useText()
  return (
    <section className={css.trial} aria-label={t(`deliveries.${trial.condition}`)}>
      <h3>{t(`deliveries.${trial.condition}`)}</h3>
      {isOver && <p className={css.explain}>{t(EXPLAIN[trial.condition])}</p>}
      <div className={css.ways}>
        <Way trial={trial} way="direct" />
        <Way trial={trial} way="mail" />
      </div>
    </section>
  )
}

function Way({ trial, way }: { trial: DeliveryTrial; way: 'direct' | 'mail' }): ReactNode {
  const { t, format, language } = useText()
  const { delivered, messages, medianMs, longestMs } = trial[way]
  const name = t(`deliveries.${way}`)
  const words = (ms: number | null): string => (ms === null ? '–' : delayWords(ms, language))
  return (
    <div>
      <div className={css.ends}>
        <span>{t('deliveries.sender')}</span>
        <strong>{name}</strong>
      </div>
      <WayPicture trial={trial} way={way} />
      <div className={css.ends}>
        <span>{t('deliveries.recipient')}</span>
      </div>
      <dl className={css.numbers}>
        <div>
          <dt>{t('deliveries.delivered', { way: name })}</dt>
          <dd data-lost={delivered < messages.length || undefined}>
            {t('deliveries.of', { delivered: format.count(delivered), sent: format.count(messages.length) })}
          </dd>
        </div>
        <div>
          <dt>{t('deliveries.median', { way: name })}</dt>
          <dd>{words(medianMs)}</dd>
        </div>
        <div>
          <dt>{t('deliveries.longest', { way: name })}</dt>
          <dd>{words(longestMs)}</dd>
        </div>
      </dl>
    </div>
  )
}

function useComparison(): {
  comparison: DeliveryComparison | undefined
  isRunning: boolean
  start: () => void
  stop: () => void
} {
  const client = useClient()
  const act = useAct()
  const [comparison, setComparison] = useState<DeliveryComparison | undefined>()
  const [isRunning, setRunning] = useState(false)
  const running = useRef<AbortController | undefined>(undefined)
  useEffect(() => () => running.current?.abort(), [])
  const follow = async (signal: AbortSignal): Promise<void> => {
    const updates = await client.compare.deliveries.compare({ messages: MESSAGES }, { signal })
    for await (const update of updates) setComparison(update)
  }
  return {
    comparison,
    isRunning,
    start: () => {
      const abort = new AbortController()
      running.current = abort
      setRunning(true)
      void act(() => follow(abort.signal)).then(() => setRunning(false))
    },
    stop: () => running.current?.abort(),
  }
}
