import { Component, type ReactNode } from 'react'
import { useText } from '../i18n/use-text.ts'
import css from './error-boundary.module.css'

interface Props {
  readonly children: ReactNode
}

interface State {
  readonly error: unknown
  readonly failed: boolean
}

/** The last net: a fault of the page is told, and the transfers do not know of it. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: undefined, failed: false }

  static getDerivedStateFromError(error: unknown): State {
    return { error, failed: true }
  }

  override render(): ReactNode {
    return this.state.failed ? <Crash error={this.state.error} /> : this.props.children
  }
}

function Crash({ error }: { error: unknown }): ReactNode {
  const { t } = useText()
  const text = error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error)
  return (
    <main className={css.crash} role="alert">
      <h1>{t('app.crashTitle')}</h1>
      <p>{t('app.crashDetail')}</p>
      <button type="button" onClick={() => window.location.reload()}>
        {t('app.crashReload')}
      </button>
      <details>
        <summary>{t('app.crashTechnical')}</summary>
        <pre>{text.slice(0, 4000)}</pre>
      </details>
    </main>
  )
}
