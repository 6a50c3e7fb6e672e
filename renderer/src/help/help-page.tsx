import type { ReactNode } from 'react'
import { useText } from '../i18n/use-text.ts'
import { routeTo } from '../shell/route.ts'
import { Card, Page } from '../ui/page.tsx'
import { HELP_TOPICS, type HelpTopic } from './topic.ts'
import { helpTexts } from './topics.ts'
import css from './help-page.module.css'

/** Short pages that teach what the app does, in the words of the course. */
export function HelpPage({ topic }: { topic: string | undefined }): ReactNode {
  const { t, language } = useText()
  const texts = helpTexts(language)
  const current: HelpTopic = HELP_TOPICS.find((known) => known === topic) ?? 'start'
  const { title, gist, body, terms } = texts[current]
  return (
    <Page title={t('help.title')}>
      <div className={css.columns}>
        <nav className={css.contents} aria-label={t('help.contents')}>
          {HELP_TOPICS.map((key) => (
            <a key={key} href={routeTo('help', key)} aria-current={key === current ? 'page' : undefined}>
              {texts[key].title}
            </a>
          ))}
        </nav>
        <Card>
          <article className={css.article}>
            <h2>{title}</h2>
            <p className={css.gist}>{gist}</p>
            {current === 'self-scalability' && <TwoCurves />}
            {body.map((paragraph) => (
              <p key={paragraph}>{paragraph}</p>
            ))}
            {terms && (
              <dl className={css.terms}>
                {terms.map(([term, meaning]) => (
                  <div key={term}>
                    <dt>{term}</dt>
                    <dd>{meaning}</dd>
                  </div>
                ))}
              </dl>
            )}
          </article>
        </Card>
      </div>
    </Page>
  )
}

/** Distribution time against N with the textbook's example: u = 1, uₛ = 10u, F/u = 1 hour, d ≥ uₛ. */
function TwoCurves(): ReactNode {
  const { t } = useText()
  const points = (time: (n: number) => number): string =>
    Array.from({ length: 35 }, (_, i) => i + 1)
      .map((n) => `${30 + n * 10},${150 - time(n) * 36}`)
      .join(' ')
  return (
    <figure className={css.figure}>
      <svg viewBox="0 0 400 180" role="img" aria-label={t('help.curves')}>
        <path className={css.axis} d="M30 14V150H388" />
        <polyline className={css.server} points={points((n) => n / 10)} />
        <polyline className={css.peers} points={points((n) => Math.max(0.1, n / (10 + n)))} />
        <text x="384" y="170" textAnchor="end">
          N
        </text>
        <text className={css.serverText} x="300" y="36" textAnchor="end">
          {t('help.server')}
        </text>
        <text className={css.peersText} x="380" y="106" textAnchor="end">
          {t('help.peers')}
        </text>
      </svg>
    </figure>
  )
}
