import type { TFunction } from 'i18next'
import type { ReactNode } from 'react'
import type { RacePoint } from '../../../../src/contract/index.ts'
import type { Format } from '../../format/format.ts'
import { useText } from '../../i18n/use-text.ts'
import { Table, type Column } from '../../ui/table.tsx'
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

/** The plot's numbers, each of which opens its formula. */
export function TimeTable({ race }: { race: Race }): ReactNode {
  const { t, format } = useText()
  const points = MODES.flatMap((mode) => curveOf(race.points, mode).flatMap(({ runs }) => runs))
  return (
    <Table
      label={t('compare.result.timePlot')}
      items={points}
      keyOf={({ mode, n, repeat }) => `${mode} ${n} ${repeat}`}
      narrow="scroll"
      inText
      columns={[
        { head: t('compare.result.mode'), render: ({ mode }) => t(`compare.modes.${mode}`) },
        { head: t('compare.result.n'), number: true, render: ({ n }) => n },
        ...figureColumns(race, t, format),
      ]}
    />
  )
}

function figureColumns({ spec, ground }: Race, t: TFunction, format: Format): Column<RacePoint>[] {
  const common = { measuredRates: ground === 'laptops' }
  return [
    {
      head: t('compare.result.measured'),
      number: true,
      render: (point) => (
        <Figure what={t('compare.formula.measured')} formula={measuredFormula(point)} {...common}>
          {point.seconds === null
            ? t('compare.result.incomplete', { completed: point.completed, n: point.n })
            : seconds(point.seconds)}
        </Figure>
      ),
    },
    {
      head: t('compare.result.boundColumn'),
      number: true,
      render: (point) => (
        <Figure what={t('compare.formula.bound')} formula={boundFormula(point, spec, format)} {...common}>
          {seconds(point.bound)}
        </Figure>
      ),
    },
    {
      head: t('compare.result.times'),
      number: true,
      render: (point) =>
        point.seconds !== null && (
          <Figure what={t('compare.formula.ratio')} formula={ratioFormula(point)} {...common}>
            {(point.seconds / point.bound).toFixed(2)}
          </Figure>
        ),
    },
    {
      head: t('compare.result.sourceSent'),
      number: true,
      render: (point) => (
        <Figure
          what={t('compare.formula.source')}
          formula={sourceFormula(point, spec.size, format)}
          {...common}
        >
          {t('compare.result.copies', { copies: (point.sourceBytes / spec.size).toFixed(2) })}
        </Figure>
      ),
    },
    {
      head: t('compare.result.fromPeers'),
      number: true,
      render: (point) => (
        <Figure what={t('compare.formula.peerShare')} formula={peerShareFormula(point, format)} {...common}>
          {format.percent(shareOfPeers(point))}
        </Figure>
      ),
    },
  ]
}
