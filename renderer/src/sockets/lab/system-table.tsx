import type { ReactNode } from 'react'
import type { LabRowView, LabView } from '../../../../src/contract/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { Card, Section } from '../../ui/page.tsx'
import { Table } from '../../ui/table.tsx'
import { endText } from './call-text.ts'
import { endName } from './names.ts'
import css from './lab.module.css'

/** The kernel's own lines about the lab's sockets: connections nobody has accepted yet, and those nobody holds any more, too. */
export function SystemTable({ lab }: { lab: LabView }): ReactNode {
  const { t, format } = useText()
  const { source, rows } = lab.table
  return (
    <Section
      title={t('sockets.lab.table')}
      text={t(`sockets.lab.tableFrom.${rows.length > 0 ? source : 'none'}`)}
    >
      {rows.length > 0 && (
        <Card flush>
          <Table
            label={t('sockets.lab.table')}
            items={rows}
            keyOf={keyOf}
            narrow="scroll"
            columns={[
              { head: t('sockets.lab.protocol'), render: ({ protocol }) => protocol.toUpperCase() },
              { head: t('sockets.lab.local'), code: true, render: ({ local }) => endText(local) },
              {
                head: t('sockets.lab.remote'),
                code: true,
                render: ({ remote }) => (remote ? endText(remote) : t('sockets.lab.nobody')),
              },
              {
                head: t('sockets.lab.state'),
                render: ({ state }) => <span className={css.badge}>{state}</span>,
              },
              {
                head: t('sockets.lab.queues'),
                render: ({ sendQueue, receiveQueue }) =>
                  `${format.count(sendQueue)}, ${format.count(receiveQueue)}`,
              },
              { head: t('sockets.lab.owner'), render: (row) => <Owner row={row} lab={lab} /> },
            ]}
          />
        </Card>
      )}
    </Section>
  )
}

function Owner({ row: { owner }, lab }: { row: LabRowView; lab: LabView }): ReactNode {
  const { t } = useText()
  if (owner.is === 'kernel') return t('sockets.lab.kernelOnly')
  const end = lab.ends.find(({ id }) => id === owner.end)
  const name = end ? endName(end, t) : owner.end
  if (owner.is === 'queue') return t('sockets.lab.inQueue', { process: name })
  return `${name}, ${t('sockets.lab.descriptor', { sockfd: owner.sockfd })}`
}

function keyOf({ protocol, local, remote }: LabRowView): string {
  return `${protocol} ${endText(local)} ${remote ? endText(remote) : ''}`
}
