import { Button, SegmentedControl } from '@mantine/core'
import { IconPlayerStop, IconRoute } from '@tabler/icons-react'
import { useId, useState, type ReactNode } from 'react'
import { KADEMLIA_K, type LookupPoint, type LookupSpecInput } from '../../../../src/contract/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { Card, Section } from '../../ui/page.tsx'
import { Progress } from '../../ui/progress.tsx'
import { ImportButton } from '../import-button.tsx'
import { LookupsPlots } from './lookups-plots.tsx'
import { headlineOf } from './model.ts'
import { SavedLookups } from './saved-lookups.tsx'
import { useLookups, type LookupsState } from './use-lookups.ts'
import css from './lookups.module.css'

/** Kademlia's k: that of Shoal, a small one, and the least, with which the textbook's log₂ N can be seen. */
const CHOICES = ['20', '4', '1'] as const
/** Files larger than this are no results of ours. */
const MAX_IMPORT_BYTES = 2 ** 20

/** Finding a name through servers and among peers, compared. */
export function LookupsSection({ disabled }: { disabled: boolean }): ReactNode {
  const { t } = useText()
  const { state, saved, start, stop, show, remove, bring } = useLookups()
  const points = state.is === 'running' ? state.points : state.is === 'shown' ? state.result.points : []
  const k = specOf(state)?.k ?? KADEMLIA_K
  return (
    <Section
      title={t('lookups.title')}
      text={t('lookups.text')}
      aside={
        <ImportButton
          onFile={(file) => {
            if (file && file.size <= MAX_IMPORT_BYTES) void file.text().then(bring)
          }}
        >
          {t('lookups.import')}
        </ImportButton>
      }
    >
      <Card>
        <Controls state={state} disabled={disabled} onStart={start} onStop={stop} />
        {points.length > 0 && <Headline points={points} />}
        {points.length > 0 && <LookupsPlots points={points} k={k} />}
        <SavedLookups
          saved={saved}
          shown={state.is === 'shown' ? state.result.id : undefined}
          disabled={disabled || state.is === 'running'}
          onShow={show}
          onAgain={start}
          onRemove={remove}
        />
      </Card>
    </Section>
  )
}

function specOf(state: LookupsState) {
  if (state.is === 'shown') return state.result.spec
  return state.is === 'running' ? state.spec : undefined
}

function Controls(props: {
  state: LookupsState
  disabled: boolean
  onStart: (spec: LookupSpecInput) => void
  onStop: () => void
}): ReactNode {
  const { state, disabled, onStart, onStop } = props
  const { t } = useText()
  const [k, setK] = useState<string>(CHOICES[0])
  const label = useId()
  if (state.is === 'running') return <Running state={state} onStop={onStop} />
  return (
    <div className={css.actions}>
      <div className={css.choice}>
        <span id={label}>{t('lookups.k')}</span>
        <SegmentedControl
          aria-labelledby={label}
          size="xs"
          value={k}
          onChange={setK}
          data={CHOICES.map((value) => ({
            value,
            label: Number(value) === KADEMLIA_K ? t('lookups.kOfShoal', { k: value }) : value,
          }))}
        />
      </div>
      <Button
        variant="light"
        disabled={disabled}
        leftSection={<IconRoute size={16} aria-hidden="true" />}
        onClick={() => onStart({ k: Number(k) })}
      >
        {t('lookups.start')}
      </Button>
      <span className="sh-muted">{t('lookups.takes')}</span>
    </div>
  )
}

function Running(props: { state: Extract<LookupsState, { is: 'running' }>; onStop: () => void }): ReactNode {
  const { state, onStop } = props
  const { t, format } = useText()
  const { doing, progress } = state
  const words = doing
    ? t(`lookups.doing.${doing.is}`, { n: format.count(doing.n), off: format.percent(doing.off) })
    : t('lookups.preparing')
  return (
    <div className={css.running}>
      <Progress value={progress} label={t('lookups.progress')} />
      <div className={css.actions}>
        <Button
          variant="default"
          leftSection={<IconPlayerStop size={16} aria-hidden="true" />}
          onClick={onStop}
        >
          {t('lookups.stop')}
        </Button>
        <span role="status" className="sh-muted">
          {words}
        </span>
      </div>
    </div>
  )
}

function Headline({ points }: { points: readonly LookupPoint[] }): ReactNode {
  const { t, format } = useText()
  const head = headlineOf(points)
  if (!head) return null
  const { n, dns, dht } = head
  return (
    <p className={css.headline}>
      {t('lookups.headline', {
        n: format.count(n),
        dns: format.count(Math.round(dns)),
        dht: format.count(Math.round(dht)),
      })}
    </p>
  )
}
