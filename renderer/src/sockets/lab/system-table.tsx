import type { ReactNode } from 'react'
import type { LabRowView, LabView } from '../../../../src/contract/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { Card, Section } from '../../ui/page.tsx'
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
          <div className={css.scroll} role="region" aria-label={t('sockets.lab.table')} tabIndex={0}>
            <table className={css.table}>
              <thead>
                <tr>
                  <th scope="col">{t('sockets.lab.protocol')}</th>
                  <th scope="col">{t('sockets.lab.local')}</th>
                  <th scope="col">{t('sockets.lab.remote')}</th>
                  <th scope="col">{t('sockets.lab.state')}</th>
                  <th scope="col">{t('sockets.lab.queues')}</th>
                  <th scope="col">{t('sockets.lab.owner')}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={keyOf(row)} data-owner={row.owner.is}>
                    <td>{row.protocol.toUpperCase()}</td>
                    <td>{endText(row.local)}</td>
                    <td>{row.remote ? endText(row.remote) : t('sockets.lab.nobody')}</td>
                    <td>
                      <span className={css.badge}>{row.state}</span>
                    </td>
                    <td>
                      {format.count(row.sendQueue)}, {format.count(row.receiveQueue)}
                    </td>
                    <td>
                      <Owner row={row} lab={lab} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
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
