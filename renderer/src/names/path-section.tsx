import { Button } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import type { DnsResolution, FetchedPage } from '../../../src/contract/index.ts'
import { useClient } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { Card, Section } from '../ui/page.tsx'
import { SequenceDiagram } from '../ui/sequence-diagram.tsx'
import { useAct } from '../ui/use-act.ts'
import { milliseconds, outcomeWords, pathOf } from './path.ts'
import css from './path-section.module.css'

interface Props {
  readonly shown: DnsResolution | undefined
  readonly recent: readonly DnsResolution[]
  readonly onChoose: (resolution: DnsResolution) => void
}

/** One question drawn from its recorded messages, and the others that were asked lately. */
export function PathSection({ shown, recent, onChoose }: Props): ReactNode {
  const { t } = useText()
  return (
    <Section title={t('names.path')} text={t('names.pathText')}>
      <Card>
        {shown ? (
          <Drawn key={keyOf(shown)} resolution={shown} />
        ) : (
          <p className="sh-muted">{t('names.nothingAsked')}</p>
        )}
      </Card>
      {recent.length > 1 && (
        <>
          <h3 className={css.recentTitle}>{t('names.recent')}</h3>
          <ul className={css.recent} aria-label={t('names.recent')}>
            {recent.slice(0, MOST_RECENT).map((each) => (
              <Recent
                key={keyOf(each)}
                resolution={each}
                isShown={shown !== undefined && keyOf(each) === keyOf(shown)}
                onChoose={onChoose}
              />
            ))}
          </ul>
        </>
      )}
    </Section>
  )
}

const MOST_RECENT = 8

function keyOf({ serial }: DnsResolution): number {
  return serial
}

function Drawn({ resolution }: { resolution: DnsResolution }): ReactNode {
  const { t, format } = useText()
  const [page, setPage] = useState<FetchedPage | undefined>()
  const path = pathOf(resolution, page, { t, format })
  const question = `${resolution.name} ${resolution.type}`
  const hasAddress =
    (resolution.type === 'A' || resolution.type === 'AAAA') &&
    resolution.answers.some(({ type }) => type === resolution.type)
  return (
    <>
      <header className={css.head}>
        <div>
          <h3>{question}</h3>
          <p>
            {outcomeWords(resolution, t)} · <Cost resolution={resolution} />
          </p>
        </div>
        {hasAddress && <FetchPage name={resolution.name} onFetched={setPage} />}
      </header>
      <SequenceDiagram label={t('names.pathOf', { question })} {...path} />
      {page && <PageLine page={page} />}
    </>
  )
}

function Cost({ resolution }: { resolution: DnsResolution }): ReactNode {
  const { t } = useText()
  const count = resolution.steps.filter(({ cached }) => !cached).length
  const from = resolution.cached ? t('names.fromCache') : t('names.asked', { count })
  return `${from}, ${milliseconds(resolution.ms)}`
}

function FetchPage({ name, onFetched }: { name: string; onFetched: (page: FetchedPage) => void }): ReactNode {
  const { t } = useText()
  const client = useClient()
  const act = useAct()
  const [busy, setBusy] = useState(false)
  const fetchIt = async (): Promise<void> => {
    setBusy(true)
    const page = await act(() => client.names.page({ name }))
    setBusy(false)
    if (page) onFetched(page)
  }
  return (
    <Button variant="default" size="compact-md" loading={busy} onClick={() => void fetchIt()}>
      {t('names.openPage')}
    </Button>
  )
}

function PageLine({ page }: { page: FetchedPage }): ReactNode {
  const { t, format } = useText()
  const { url, status, title, bytes, ms } = page
  const facts = { url, status, size: format.size(bytes), ms: milliseconds(ms) }
  return (
    <p className={css.page} role="status">
      {title === null ? t('names.page', facts) : t('names.pageTitled', { ...facts, title })}
    </p>
  )
}

function Recent(props: {
  resolution: DnsResolution
  isShown: boolean
  onChoose: (resolution: DnsResolution) => void
}): ReactNode {
  const { resolution, isShown, onChoose } = props
  const { t } = useText()
  const question = `${resolution.name} ${resolution.type}`
  return (
    <li>
      <button
        type="button"
        className={css.item}
        aria-pressed={isShown}
        data-failed={resolution.failure !== null || undefined}
        onClick={() => onChoose(resolution)}
      >
        <span className={css.question}>{question}</span>
        <span>{outcomeWords(resolution, t)}</span>
        <span className={css.cost}>
          <Cost resolution={resolution} />
        </span>
      </button>
    </li>
  )
}
