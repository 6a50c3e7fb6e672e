import type { ReactNode } from 'react'
import type { RacePoint } from '../../../../src/contract/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { Figure } from '../figure.tsx'
import { curveOf, MODES } from '../model/curves.ts'
import {
  boundFormula,
  measuredFormula,
  peerShareFormula,
  ratioFormula,
  seconds,
  shareOfPeers,
  sourceFormula,
} from '../model/formulas.ts'
import type { Race } from '../model/race-state.ts'
import css from './results.module.css'

/** The plot's numbers, each of which opens its formula. */
export function TimeTable({ race }: { race: Race }): ReactNode {
  const { t } = useText()
  const points = MODES.flatMap((mode) => curveOf(race.points, mode).flatMap(({ runs }) => runs))
  return (
    <div className={css.scroll} tabIndex={0} role="group" aria-label={t('compare.result.table')}>
      <table className={css.table}>
        <caption className="sh-visually-hidden">{t('compare.result.timePlot')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('compare.result.mode')}</th>
            <th scope="col" data-number>
              {t('compare.result.n')}
            </th>
            <th scope="col" data-number>
              {t('compare.result.measured')}
            </th>
            <th scope="col" data-number>
              {t('compare.result.boundColumn')}
            </th>
            <th scope="col" data-number>
              {t('compare.result.times')}
            </th>
            <th scope="col" data-number>
              {t('compare.result.sourceSent')}
            </th>
            <th scope="col" data-number>
              {t('compare.result.fromPeers')}
            </th>
          </tr>
        </thead>
        <tbody>
          {points.map((point) => (
            <Row key={`${point.mode} ${point.n} ${point.repeat}`} point={point} race={race} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row({ point, race }: { point: RacePoint; race: Race }): ReactNode {
  const { t, format } = useText()
  const { mode, n, completed, bound } = point
  const { spec, ground } = race
  const measuredRates = ground === 'laptops'
  const common = { measuredRates }
  return (
    <tr data-mode={mode}>
      <th scope="row">{t(`compare.modes.${mode}`)}</th>
      <td data-number>{n}</td>
      <td data-number>
        <Figure what={t('compare.formula.measured')} formula={measuredFormula(point)} {...common}>
          {point.seconds === null ? t('compare.result.incomplete', { completed, n }) : seconds(point.seconds)}
        </Figure>
      </td>
      <td data-number>
        <Figure what={t('compare.formula.bound')} formula={boundFormula(point, spec, format)} {...common}>
          {seconds(bound)}
        </Figure>
      </td>
      <td data-number>
        {point.seconds !== null && (
          <Figure what={t('compare.formula.ratio')} formula={ratioFormula(point)} {...common}>
            {(point.seconds / bound).toFixed(2)}
          </Figure>
        )}
      </td>
      <td data-number>
        <Figure
          what={t('compare.formula.source')}
          formula={sourceFormula(point, spec.size, format)}
          {...common}
        >
          {t('compare.result.copies', { copies: (point.sourceBytes / spec.size).toFixed(2) })}
        </Figure>
      </td>
      <td data-number>
        <Figure what={t('compare.formula.peerShare')} formula={peerShareFormula(point, format)} {...common}>
          {format.percent(shareOfPeers(point))}
        </Figure>
      </td>
    </tr>
  )
}
