import type { ReactNode } from 'react'
import type { RacePoint } from '../../../../src/contract/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { MODES } from '../model/curves.ts'
import tables from '../results/results.module.css'
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
    <details className={tables.details}>
      <summary>{t('compare.result.table')}</summary>
      <table className={tables.table}>
        <thead>
          <tr>
            <th scope="col">{t('compare.result.mode')}</th>
            <th scope="col" data-number>
              {t('compare.result.n')}
            </th>
            <th scope="col" data-number>
              {t('compare.run.sourceSent')}
            </th>
            <th scope="col" data-number>
              {t('compare.run.peersSent')}
            </th>
          </tr>
        </thead>
        <tbody>
          {points.map(({ mode, n, repeat, sourceBytes, peerBytes }) => (
            <tr key={`${mode} ${n} ${repeat}`}>
              <th scope="row">{t(`compare.modes.${mode}`)}</th>
              <td data-number>{n}</td>
              <td data-number>{format.size(sourceBytes)}</td>
              <td data-number>{format.size(peerBytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}
