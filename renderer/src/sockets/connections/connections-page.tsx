import { useCallback, type ReactNode } from 'react'
import type { ConnectionView } from '../../../../src/contract/index.ts'
import { useClient } from '../../core/context.tsx'
import { problemText } from '../../core/problem-text.ts'
import { useText } from '../../i18n/use-text.ts'
import { Card, Page, Section } from '../../ui/page.tsx'
import { endText } from '../lab/call-text.ts'
import { NetworkTabs } from '../network-tabs.tsx'
import { useStream } from '../use-stream.ts'
import css from './connections.module.css'

/** The app's own sockets, live. */
export function ConnectionsPage(): ReactNode {
  const { t } = useText()
  const client = useClient()
  const watch = useCallback(
    (signal: AbortSignal) => client.sockets.connections({ ...pagePort() }, { signal }),
    [client],
  )
  const state = useStream(watch)
  return (
    <Page
      above={<NetworkTabs current="connections" />}
      title={t('sockets.connections.title')}
      lead={t('sockets.connections.lead')}
    >
      {state.is === 'failed' && <p role="alert">{problemText(state.problem, t).why}</p>}
      {state.is === 'live' && (
        <Section
          title={t('sockets.connections.process', state.value.process)}
          text={t(`sockets.lab.tableFrom.${state.value.source}`)}
        >
          {state.value.source === 'none' ? (
            <p>{t('sockets.connections.empty')}</p>
          ) : (
            <Connections connections={state.value.connections} />
          )}
          <p className={css.hint}>{t('sockets.connections.serverNote')}</p>
        </Section>
      )}
    </Page>
  )
}

const COLUMNS = ['purpose', 'role'] as const

function Connections({ connections }: { connections: readonly ConnectionView[] }): ReactNode {
  const { t } = useText()
  return (
    <Card flush>
      <div className={css.scroll} role="region" aria-label={t('sockets.connections.table')} tabIndex={0}>
        <table className={css.table}>
          <thead>
            <tr>
              {COLUMNS.map((column) => (
                <th key={column} scope="col">
                  {t(`sockets.connections.${column}`)}
                </th>
              ))}
              <th scope="col">{t('sockets.lab.protocol')}</th>
              <th scope="col">{t('sockets.lab.local')}</th>
              <th scope="col">{t('sockets.lab.remote')}</th>
              <th scope="col">{t('sockets.lab.state')}</th>
              <th scope="col" data-number>
                {t('sockets.connections.sent')}
              </th>
              <th scope="col" data-number>
                {t('sockets.connections.received')}
              </th>
            </tr>
          </thead>
          <tbody>
            {connections.map((each, i) => (
              <Row
                key={`${each.protocol} ${endText(each.local)} ${each.remote ? endText(each.remote) : i}`}
                each={each}
              />
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  )
}

function Row({ each }: { each: ConnectionView }): ReactNode {
  const { t, format } = useText()
  const bytes = (count: number | null): string =>
    count === null ? (each.remote ? t('sockets.connections.unknown') : '–') : format.size(count)
  return (
    <tr>
      <th scope="row">
        {t(`sockets.connections.purposes.${each.purpose}`)}
        {each.peer && <span className={css.peer}>{each.peer}</span>}
        {each.streams.length > 0 && (
          <details className={css.streams}>
            <summary>{t('sockets.connections.streams', { count: each.streams.length })}</summary>
            <ul>
              {each.streams.map(({ protocol, role }, i) => (
                <li key={`${protocol} ${i}`}>
                  <code>{protocol}</code> {t(`sockets.connections.roles.${role}`)}
                </li>
              ))}
            </ul>
          </details>
        )}
      </th>
      <td>{t(`sockets.connections.roles.${each.role ?? 'none'}`)}</td>
      <td>{each.protocol.toUpperCase()}</td>
      <td className={css.mono}>{endText(each.local)}</td>
      <td className={css.mono}>{each.remote ? endText(each.remote) : t('sockets.lab.nobody')}</td>
      <td className={css.mono}>{each.state}</td>
      <td data-number>{bytes(each.sent)}</td>
      <td data-number>{bytes(each.received)}</td>
    </tr>
  )
}

/** The port this page came from, when it came over HTTP. */
function pagePort(): { pagePort?: number } {
  const port = Number(window.location.port)
  return port > 0 ? { pagePort: port } : {}
}
