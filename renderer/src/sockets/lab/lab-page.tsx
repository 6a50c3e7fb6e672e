import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useCallback, useMemo, useState, type ReactNode } from 'react'
import type { LabPlanView, LabView } from '../../../../src/contract/index.ts'
import { useClient } from '../../core/context.tsx'
import { problemText } from '../../core/problem-text.ts'
import { useText } from '../../i18n/use-text.ts'
import { Page } from '../../ui/page.tsx'
import { useAct } from '../../ui/use-act.ts'
import { NetworkTabs } from '../network-tabs.tsx'
import { useStream } from '../use-stream.ts'
import { CodeView } from './code-view.tsx'
import { EndCard } from './end-card.tsx'
import { FIRST_CHOICE, planOf } from './plan.ts'
import { PlanForm } from './plan-form.tsx'
import { SystemTable } from './system-table.tsx'
import css from './lab.module.css'

/** Processes of one lab: as many as the core opens. */
const MAX_ENDS = 4

export function LabPage(): ReactNode {
  const { t } = useText()
  const [choice, setChoice] = useState(FIRST_CHOICE)
  const [attempt, setAttempt] = useState(0)
  const plan = useMemo(() => planOf(choice, t), [choice, t])
  return (
    <Page above={<NetworkTabs current="lab" />} title={t('sockets.lab.title')} lead={t('sockets.lab.lead')}>
      <PlanForm choice={choice} onChange={setChoice} onAgain={() => setAttempt((n) => n + 1)} />
      <OpenLab key={attempt} plan={plan} />
    </Page>
  )
}

/** A lab lives as long as this is shown; the core ends its processes when nobody watches them. */
function OpenLab({ plan }: { plan: LabPlanView }): ReactNode {
  const { t } = useText()
  const client = useClient()
  const watch = useCallback(
    (signal: AbortSignal) => client.sockets.lab.open(plan, { signal }),
    [client, plan],
  )
  const state = useStream(watch)
  if (state.is === 'waiting') return <p className="sh-muted">{t('sockets.lab.opening')}</p>
  if (state.is === 'failed') return <p role="alert">{problemText(state.problem, t).why}</p>
  return <Ends lab={state.value} plan={plan} />
}

function Ends({ lab, plan }: { lab: LabView; plan: LabPlanView }): ReactNode {
  const { t } = useText()
  const client = useClient()
  const act = useAct()
  return (
    <>
      <div className={css.columns}>
        {lab.ends.map((end) => (
          <EndCard
            key={end.id}
            {...{ lab, end, plan }}
            onCall={(call) => void act(() => client.sockets.lab.call({ lab: lab.lab, end: end.id, call }))}
            onInterrupt={() => void act(() => client.sockets.lab.interrupt({ lab: lab.lab, end: end.id }))}
          />
        ))}
      </div>
      {lab.ends.length < MAX_ENDS && (
        <Button
          variant="default"
          w="fit-content"
          leftSection={<IconPlus size={16} aria-hidden="true" />}
          onClick={() => void act(() => client.sockets.lab.addClient({ lab: lab.lab }))}
        >
          {t('sockets.lab.addClient')}
        </Button>
      )}
      <SystemTable lab={lab} />
      <CodeView lab={lab} />
    </>
  )
}
