import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import type { RaceSummary } from '../../../../src/contract/index.ts'
import { useClient } from '../../core/context.tsx'
import type { Language } from '../../i18n/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { Card, None, Section } from '../../ui/page.tsx'
import { useAct } from '../../ui/use-act.ts'
import { saveFile } from '../../ui/save-file.ts'
import { ImportButton } from '../import-button.tsx'
import type { SavedResults } from '../use-results.ts'
import { SaveAsMenu } from './save-as-menu.tsx'
import css from './results.module.css'

/** Files larger than this are no results of ours. */
const MAX_IMPORT_BYTES = 2 ** 24

export interface SavedChoice {
  readonly shown: string | undefined
  readonly earlier: string | undefined
  show(id: string): void
  lay(id: string | undefined): void
  again(summary: RaceSummary): void
}

/** Races that were run before: shown again, laid over another, run again, kept as files. */
export function SavedSection({ results, choice }: { results: SavedResults; choice: SavedChoice }): ReactNode {
  const { t } = useText()
  const client = useClient()
  const act = useAct()
  const bring = async (file: File | null): Promise<void> => {
    if (!file || file.size > MAX_IMPORT_BYTES) return
    const made = await act(async () => client.compare.import({ json: await file.text() }))
    if (made) choice.show(made.id)
    results.reload()
  }
  return (
    <Section
      title={t('compare.saved.title')}
      aside={<ImportButton onFile={(file) => void bring(file)}>{t('compare.saved.import')}</ImportButton>}
    >
      <Card flush>
        {results.list.length === 0 && <None>{t('compare.saved.none')}</None>}
        <ul className={css.saved}>
          {results.list.map((summary) => (
            <SavedRow key={summary.id} summary={summary} choice={choice} onRemoved={results.reload} />
          ))}
        </ul>
      </Card>
    </Section>
  )
}

function SavedRow(props: { summary: RaceSummary; choice: SavedChoice; onRemoved: () => void }): ReactNode {
  const { summary, choice, onRemoved } = props
  const { id, at, spec, ground } = summary
  const { t, format } = useText()
  const client = useClient()
  const act = useAct()
  const name = format.time(at)
  const words = t('compare.saved.words', {
    size: format.size(spec.size),
    peers: spec.peers.join(', '),
    source: format.rate(spec.sourceUp),
    up: format.rate(spec.up),
  })
  const remove = async (): Promise<void> => {
    await act(() => client.compare.remove({ id }))
    onRemoved()
  }
  const button = (label: string, onClick: () => void, pressed?: boolean): ReactNode => (
    <Button
      variant={pressed ? 'light' : 'default'}
      size="compact-sm"
      aria-label={t('compare.saved.named', { action: label, name })}
      aria-pressed={pressed}
      onClick={onClick}
    >
      {label}
    </Button>
  )
  const isShown = choice.shown === id
  const isLaid = choice.earlier === id
  return (
    <li>
      <div className={css.what}>
        <strong>{name}</strong>
        <span>{ground === 'laptops' ? t('compare.saved.laptops') : words}</span>
      </div>
      <div className={css.do}>
        {button(isShown ? t('compare.saved.shown') : t('compare.saved.show'), () => choice.show(id), isShown)}
        {button(
          isLaid ? t('compare.saved.overlaid') : t('compare.saved.overlay'),
          () => choice.lay(isLaid ? undefined : id),
          isLaid,
        )}
        {ground === 'here' && button(t('compare.saved.again'), () => choice.again(summary))}
        <ExportMenu id={id} name={name} />
        {button(t('compare.saved.remove'), () => void remove())}
      </div>
    </li>
  )
}

const FORMATS = ['json', 'csv', 'svg'] as const

/** A result as a file: all of it, a table, or the picture. */
export function ExportMenu({ id, name }: { id: string; name: string }): ReactNode {
  const { language } = useText()
  const client = useClient()
  const act = useAct()
  const save = async (format: (typeof FORMATS)[number], words: Language): Promise<void> => {
    const file = await act(() => client.compare.export({ id, format, language: words }))
    if (file) saveFile({ ...file, content: file.text })
  }
  return <SaveAsMenu name={name} formats={FORMATS} onSave={(format) => void save(format, language)} />
}
