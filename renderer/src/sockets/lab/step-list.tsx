import type { ReactNode } from 'react'
import type { LabStepView } from '../../../../src/contract/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { callText, endText } from './call-text.ts'
import { errnoText } from './names.ts'
import css from './lab.module.css'

/** The calls of a process in order, each with what it returned. */
export function StepList({ steps, name }: { steps: readonly LabStepView[]; name: string }): ReactNode {
  const { t } = useText()
  return (
    <>
      <h4>{t('sockets.lab.steps', { process: name })}</h4>
      {steps.length === 0 && <p className="sh-muted">{t('sockets.lab.noSteps')}</p>}
      <ol className={css.steps} aria-label={t('sockets.lab.steps', { process: name })}>
        {steps.map((step) => (
          <li key={step.id} data-state={step.state.is}>
            <code>{callText(step.call)}</code>
            <Outcome step={step} />
          </li>
        ))}
      </ol>
    </>
  )
}

function Outcome({ step: { call, state } }: { step: LabStepView }): ReactNode {
  const { t } = useText()
  switch (state.is) {
    case 'running':
      return <span className={css.waits}>{t('sockets.lab.running')}</span>
    case 'blocked':
      return <span className={css.waits}>{t('sockets.lab.blocked')}</span>
    case 'interrupted':
      return <span className={css.waits}>{t('sockets.lab.interrupted')}</span>
    case 'refused':
      return <span className={css.refused}>{t(`sockets.refusal.${state.why}`)}</span>
    case 'failed':
      return (
        <span className={css.refused}>
          <code>= −1 {state.errno}</code> {errnoText(state.errno, t)}
        </span>
      )
    case 'done': {
      const { value, peer, received } = state.result
      if (call.call === 'read' && value === 0)
        return <span className={css.result}>= {t('sockets.lab.eof')}</span>
      return (
        <span className={css.result}>
          <code>= {value}</code>
          {received && received.bytes > 0 && <span>{t('sockets.lab.got', { text: received.text })}</span>}
          {peer && <span>{t('sockets.lab.from', { address: endText(peer) })}</span>}
        </span>
      )
    }
  }
}
