import { Button } from '@mantine/core'
import { IconDoor, IconHandStop } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type {
  LabCallView,
  LabDescriptorView,
  LabEndView,
  LabPlanView,
  LabView,
} from '../../../../src/contract/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { Card } from '../../ui/page.tsx'
import { CallForm } from './call-form.tsx'
import { callText, endText } from './call-text.ts'
import { endName } from './names.ts'
import { StepList } from './step-list.tsx'
import css from './lab.module.css'

/** One process: what it is in, its doors to the network, its next call, and all it has called. */
export function EndCard(props: {
  lab: LabView
  end: LabEndView
  plan: LabPlanView
  onCall: (call: LabCallView) => void
  onInterrupt: () => void
}): ReactNode {
  const { t } = useText()
  const { lab, end, plan } = props
  const name = endName(end, t)
  const last = end.steps.at(-1)
  const waiting = last?.state.is === 'blocked' ? last.call : undefined
  return (
    <Card className={css.end}>
      <section aria-label={name}>
        <header className={css.head}>
          <h3>{name}</h3>
          <ProcessState end={end} />
        </header>
        <p className={css.hint}>
          {end.role === 'server' ? t('sockets.lab.serverText') : t('sockets.lab.clientText')}
        </p>
        <Doors lab={lab} end={end} name={name} />
        {waiting ? (
          <div className={css.form} role="status">
            <p className={css.waits}>{t('sockets.lab.waitsIn', { call: callText(waiting) })}</p>
            <Button
              variant="default"
              leftSection={<IconHandStop size={16} aria-hidden="true" />}
              onClick={props.onInterrupt}
            >
              {t('sockets.lab.interrupt', { call: waiting.call })}
            </Button>
          </div>
        ) : (
          <CallForm
            key={`${end.steps.length} ${last?.state.is}`}
            end={end}
            plan={plan}
            addresses={lab.addresses[plan.domain]}
            disabled={end.process.is === 'ended' || last?.state.is === 'running'}
            onCall={props.onCall}
          />
        )}
        <StepList steps={end.steps} name={name} />
      </section>
    </Card>
  )
}

function ProcessState({ end }: { end: LabEndView }): ReactNode {
  const { t } = useText()
  switch (end.process.is) {
    case 'not-started':
      return <span className={css.process}>{t('sockets.lab.notStarted')}</span>
    case 'starting':
      return <span className={css.process}>{t('sockets.lab.starting')}</span>
    case 'running':
      return <span className={css.process}>{t('sockets.lab.processNumber', { pid: end.process.pid })}</span>
    case 'ended':
      return (
        <span className={css.refused}>
          {end.process.why === 'died' ? t('sockets.lab.ended') : t('sockets.lab.noCalls')}
        </span>
      )
  }
}

/** A process is a house, its sockets are the doors. */
function Doors({ lab, end, name }: { lab: LabView; end: LabEndView; name: string }): ReactNode {
  const { t } = useText()
  return (
    <ul className={css.doors} aria-label={t('sockets.lab.sockets', { process: name })}>
      {end.descriptors.length === 0 && (
        <li className={css.noDoor}>
          {end.steps.some(({ state }) => state.is === 'done')
            ? t('sockets.lab.finished')
            : t('sockets.lab.noSockets')}
        </li>
      )}
      {end.descriptors.map((socket) => (
        <li key={socket.sockfd} className={css.door}>
          <IconDoor size={20} stroke={1.6} aria-hidden="true" />
          <div>
            <strong>{t('sockets.lab.descriptor', { sockfd: socket.sockfd })}</strong>
            <span className={css.kind}>
              {socket.type === 'SOCK_STREAM' ? 'TCP' : 'UDP'}
              {socket.role === 'listening' && ` · ${t('sockets.lab.listening')}`}
              {socket.role === 'accepted' && ` · ${t('sockets.lab.accepted')}`}
            </span>
            <span className={css.ends}>
              {socket.local ? endText(socket.local) : t('sockets.lab.unbound')}
              {socket.remote && ` ⇄ ${endText(socket.remote)}`}
            </span>
            {isChosen(end, socket) && <span className={css.hint}>{t('sockets.lab.chosenByKernel')}</span>}
          </div>
          <StateBadge lab={lab} end={end.id} sockfd={socket.sockfd} />
        </li>
      ))}
    </ul>
  )
}

/** Bound, though its process never called `bind` on it. */
function isChosen(end: LabEndView, { sockfd, local, role }: LabDescriptorView): boolean {
  if (end.role !== 'client' || !local || role !== 'socket') return false
  return !end.steps.some(
    ({ call, state }) => call.call === 'bind' && call.sockfd === sockfd && state.is === 'done',
  )
}

function StateBadge({ lab, end, sockfd }: { lab: LabView; end: string; sockfd: number }): ReactNode {
  const row = lab.table.rows.find(
    ({ owner }) => owner.is === 'descriptor' && owner.end === end && owner.sockfd === sockfd,
  )
  return row ? <span className={css.badge}>{row.state}</span> : null
}
