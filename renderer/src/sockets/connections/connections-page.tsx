import { useCallback, type ReactNode } from 'react'
import type { ConnectionView } from '../../../../src/contract/index.ts'
import { useClient } from '../../core/context.tsx'
import { problemText } from '../../core/problem-text.ts'
import { useText } from '../../i18n/use-text.ts'
import { Card, Page, Section } from '../../ui/page.tsx'
import { Table } from '../../ui/table.tsx'
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

function Connections({ connections }: { connections: readonly ConnectionView[] }): ReactNode {
  const { t, format } = useText()
  const bytes = (count: number | null, { remote }: ConnectionView): string =>
    count === null ? (remote ? t('sockets.connections.unknown') : '–') : format.size(count)
  return (
    <Card flush>
      <Table
        label={t('sockets.connections.table')}
        items={connections}
        keyOf={keyOf}
        narrow="scroll"
        columns={[
          { head: t('sockets.connections.purpose'), render: (each) => <Purpose each={each} /> },
          {
            head: t('sockets.connections.role'),
            render: ({ role }) => t(`sockets.connections.roles.${role ?? 'none'}`),
          },
          { head: t('sockets.lab.protocol'), render: ({ protocol }) => protocol.toUpperCase() },
          { head: t('sockets.lab.local'), code: true, render: ({ local }) => endText(local) },
          {
            head: t('sockets.lab.remote'),
            code: true,
            render: ({ remote }) => (remote ? endText(remote) : t('sockets.lab.nobody')),
          },
          { head: t('sockets.lab.state'), code: true, render: ({ state }) => state },
          { head: t('sockets.connections.sent'), number: true, render: (each) => bytes(each.sent, each) },
          {
            head: t('sockets.connections.received'),
            number: true,
            render: (each) => bytes(each.received, each),
          },
        ]}
      />
    </Card>
  )
}

/** Sockets that listen have no other end, and there may be several at one address. */
function keyOf({ protocol, local, remote }: ConnectionView, i: number): string {
  return `${protocol} ${endText(local)} ${remote ? endText(remote) : i}`
}

function Purpose({ each: { purpose, peer, streams } }: { each: ConnectionView }): ReactNode {
  const { t } = useText()
  return (
    <>
      {t(`sockets.connections.purposes.${purpose}`)}
      {peer && <span className={css.peer}>{peer}</span>}
      {streams.length > 0 && (
        <details className={css.streams}>
          <summary>{t('sockets.connections.streams', { count: streams.length })}</summary>
          <ul>
            {streams.map(({ protocol, role }, i) => (
              <li key={`${protocol} ${i}`}>
                <code>{protocol}</code> {t(`sockets.connections.roles.${role}`)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  )
}

/** The port this page came from, when it came over HTTP. */
function pagePort(): { pagePort?: number } {
  const port = Number(window.location.port)
  return port > 0 ? { pagePort: port } : {}
}
