import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import type { LookupSpecInput, LookupSummary } from '../../../../src/contract/index.ts'
import { useClient } from '../../core/context.tsx'
import { useText } from '../../i18n/use-text.ts'
import { useAct } from '../../ui/use-act.ts'
import { SaveAsMenu } from '../results/save-as-menu.tsx'
import { saveFile } from '../../ui/save-file.ts'
import results from '../results/results.module.css'
import css from './lookups.module.css'

const FORMATS = ['json', 'csv'] as const

/** Comparisons that were run before: shown again, run again, kept as files. */
export function SavedLookups(props: {
  saved: readonly LookupSummary[]
  shown: string | undefined
  disabled: boolean
  onShow: (id: string) => void
  onAgain: (spec: LookupSpecInput) => void
  onRemove: (id: string) => void
}): ReactNode {
  const { t } = useText()
  const { saved, ...row } = props
  if (saved.length === 0) return null
  return (
    <section className={css.saved} aria-label={t('lookups.saved')}>
      <h3>{t('lookups.saved')}</h3>
      <ul className={results.saved}>
        {saved.map((summary) => (
          <Row key={summary.id} summary={summary} {...row} />
        ))}
      </ul>
    </section>
  )
}

function Row(props: {
  summary: LookupSummary
  shown: string | undefined
  disabled: boolean
  onShow: (id: string) => void
  onAgain: (spec: LookupSpecInput) => void
  onRemove: (id: string) => void
}): ReactNode {
  const { summary, shown, disabled, onShow, onAgain, onRemove } = props
  const { id, at, spec } = summary
  const { t, format } = useText()
  const client = useClient()
  const act = useAct()
  const name = format.time(at)
  const save = async (kind: (typeof FORMATS)[number]): Promise<void> => {
    const file = await act(() => client.compare.lookups.export({ id, format: kind }))
    if (file) saveFile({ ...file, content: file.text })
  }
  const button = (label: string, onClick: () => void, isOn = true): ReactNode => (
    <Button
      variant={isOn ? 'default' : 'light'}
      size="compact-sm"
      aria-label={t('compare.saved.named', { action: label, name })}
      disabled={disabled}
      onClick={onClick}
    >
      {label}
    </Button>
  )
  const isShown = shown === id
  return (
    <li>
      <div className={results.what}>
        <strong>{name}</strong>
        <span>{t('lookups.savedWords', { peers: spec.peers.join(', '), k: format.count(spec.k) })}</span>
      </div>
      <div className={results.do}>
        {button(t(isShown ? 'compare.saved.shown' : 'compare.saved.show'), () => onShow(id), !isShown)}
        {button(t('compare.saved.again'), () => onAgain(spec))}
        <SaveAsMenu name={name} formats={FORMATS} onSave={(kind) => void save(kind)} />
        {button(t('compare.saved.remove'), () => onRemove(id))}
      </div>
    </li>
  )
}
