import type { ReactNode } from 'react'
import type { RacePoint } from '../../../../src/contract/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { AsTable, Table } from '../../ui/table.tsx'
import { MODES } from '../model/curves.ts'
import css from './bytes-plot.module.css'

/** Bytes sent by source and downloaders, a bar for each run: how the load moves from the one to the many. */
export function BytesPlot({ points, size }: { points: readonly RacePoint[]; size: number }): ReactNode {
  const { t, format } = useText()
  const sorted = MODES.flatMap((mode) =>
    points.filter((point) => point.mode === mode).toSorted((a, b) => a.n - b.n),
  )
  const most = Math.max(1, ...points.map(({ sourceBytes, peerBytes }) => sourceBytes + peerBytes))
  return (
    <>
      <ul className={css.bars}>
        {sorted.map((point) => {
          const { mode, n, repeat, sourceBytes, peerBytes } = point
          const words = t('compare.run.bytesAlt', {
            mode: t(`compare.modes.${mode}`),
            n,
            source: format.size(sourceBytes),
            peers: format.size(peerBytes),
          })
          return (
            <li key={`${mode} ${n} ${repeat}`}>
              <span className={css.name} aria-hidden="true">
                {t(`compare.modesShort.${mode}`)} · {n}
              </span>
              <span className={css.track} role="img" aria-label={words}>
                <span data-source style={{ width: `${(100 * sourceBytes) / most}%` }} />
                <span data-peers style={{ width: `${(100 * peerBytes) / most}%` }} />
              </span>
              <span className={css.end} aria-hidden="true">
                {(sourceBytes / size).toFixed(1)} × F
              </span>
            </li>
          )
        })}
      </ul>
      <ul className={css.legend}>
        <li>
          <span data-source /> {t('compare.run.source')}
        </li>
        <li>
          <span data-peers /> {t('compare.run.peers')}
        </li>
      </ul>
      <BytesTable points={sorted} />
    </>
  )
}

function BytesTable({ points }: { points: readonly RacePoint[] }): ReactNode {
  const { t, format } = useText()
  return (
    <AsTable>
      <Table
        label={t('compare.run.bytes')}
        items={points}
        keyOf={({ mode, n, repeat }) => `${mode} ${n} ${repeat}`}
        narrow="fits"
        inText
        columns={[
          { head: t('compare.result.mode'), render: ({ mode }) => t(`compare.modes.${mode}`) },
          { head: t('compare.result.n'), number: true, render: ({ n }) => n },
          {
            head: t('compare.run.sourceSent'),
            number: true,
            render: ({ sourceBytes }) => format.size(sourceBytes),
          },
          {
            head: t('compare.run.peersSent'),
            number: true,
            render: ({ peerBytes }) => format.size(peerBytes),
          },
        ]}
      />
    </AsTable>
  )
}
