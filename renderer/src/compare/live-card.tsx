import { Button } from '@mantine/core'
import { IconPlayerStop } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { RaceLive } from '../../../src/contract/index.ts'
import { useClient } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { useAct } from '../ui/use-act.ts'
import { seconds } from './model/formulas.ts'
import type { RaceState } from './model/race-state.ts'
import { RaceBars } from './plots/race-bars.tsx'
import css from './live-card.module.css'

/** The run going on now: which it is, how far everybody is, and a way to end it. */
export function LiveCard({ state }: { state: Extract<RaceState, { is: 'running' }> }): ReactNode {
  const { t } = useText()
  const client = useClient()
  const act = useAct()
  const { live, race, total } = state
  const words = live
    ? t('compare.live.run', {
        run: race.points.length + 1,
        total,
        mode: t(`compare.modes.${live.mode}`),
        n: live.n,
      })
    : t('compare.live.preparingAny')
  return (
    <div className={css.live}>
      <div className={css.head}>
        <p role="status" className={css.run}>
          {words}
        </p>
        <Button
          variant="default"
          leftSection={<IconPlayerStop size={16} aria-hidden="true" />}
          onClick={() => void act(() => client.compare.cancel())}
        >
          {t('compare.cancel')}
        </Button>
      </div>
      {live?.phase === 'preparing' && (
        <p className="sh-muted">{t('compare.live.preparing', { count: live.n + 1 })}</p>
      )}
      {live?.phase === 'running' && <Moving live={live} />}
    </div>
  )
}

function Moving({ live }: { live: RaceLive }): ReactNode {
  const { t } = useText()
  return (
    <>
      <p className={css.facts}>
        <span>
          {t('compare.live.elapsed', { seconds: seconds(live.seconds), bound: seconds(live.bound) })}
        </span>
        <span>{t('compare.live.sent', { copies: (live.sourceBytes / live.size).toFixed(1) })}</span>
      </p>
      <RaceBars givers={live.givers} bars={live.peers} size={live.size} label={t('compare.live.bars')} />
    </>
  )
}
