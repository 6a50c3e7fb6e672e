import type { ReactNode } from 'react'
import type { LookupPoint } from '../../../../src/contract/index.ts'
import type { Format } from '../../format/format.ts'
import type { Language } from '../../i18n/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { Table } from '../../ui/table.tsx'
import plots from '../plots/plots.module.css'
import { LinesPlot, LineSwatch } from './lines-plot.tsx'
import { KINDS, linesOf, MEASURES, pointsFor, type MeasureName } from './model.ts'
import css from './lookups.module.css'

const NAMES = ['messages', 'rounds', 'time', 'found'] as const satisfies readonly MeasureName[]

/** What was measured, each with its picture, why it is so, and the same as a table. */
export function LookupsPlots({ points, k }: { points: readonly LookupPoint[]; k: number }): ReactNode {
  return (
    <>
      <Legend />
      <div className={css.plots}>
        {NAMES.map((name) => (
          <Plot key={name} name={name} points={points} k={k} />
        ))}
      </div>
    </>
  )
}

function Plot(props: { name: MeasureName; points: readonly LookupPoint[]; k: number }): ReactNode {
  const { name, points, k } = props
  const { t, format, language } = useText()
  const measure = MEASURES[name]
  const lines = linesOf(points, measure)
  const isShare = name === 'found'
  const yText = (value: number): string => valueText(name, value, format, language)
  const xText = measure.against === 'off' ? format.percent : format.count
  const title = t(`lookups.plot.${name}`)
  const words = lines
    .filter(({ isExpected }) => !isExpected)
    .map(({ way, memory, at }) => {
      const values = at.map(({ x, y }) => `${xText(x)}: ${yText(y)}`).join(', ')
      return `${t(`lookups.kind.${way}-${memory}`)} – ${values}.`
    })
  return (
    <div className={css.plot}>
      <h3>{title}</h3>
      <LinesPlot
        label={`${title}. ${words.join(' ')}`}
        lines={lines}
        scale={name === 'time' ? 'decades' : 'linear'}
        end={isShare ? 1 : undefined}
        words={{
          xTitle: t(measure.against === 'off' ? 'lookups.axis.off' : 'lookups.axis.n'),
          yTitle: t(`lookups.axis.${name}`),
          xText,
          // The axis says what its numbers are.
          yText: isShare ? format.percent : (value) => numberText(value, language),
        }}
      />
      <p className={css.why}>{t(`lookups.why.${name}`, { k: format.count(k) })}</p>
      <PlotTable name={name} title={title} points={points} />
    </div>
  )
}

function PlotTable(props: { name: MeasureName; title: string; points: readonly LookupPoint[] }): ReactNode {
  const { name, title, points } = props
  const { t, format, language } = useText()
  const measure = MEASURES[name]
  const number = (value: number | null): string =>
    value === null ? '–' : valueText(name, value, format, language)
  const expects = name !== 'time'
  return (
    <details className={css.details}>
      <summary>{t('app.asTable')}</summary>
      <Table
        label={title}
        items={pointsFor(points, measure)}
        keyOf={({ way, memory, n, off }) => `${way} ${memory} ${n} ${off}`}
        narrow="scroll"
        inText
        columns={[
          {
            head: t('lookups.column.way'),
            render: ({ way, memory }) => t(`lookups.kind.${way}-${memory}`),
          },
          measure.against === 'off'
            ? { head: t('lookups.column.off'), number: true, render: ({ off }) => format.percent(off) }
            : { head: t('lookups.column.n'), number: true, render: ({ n }) => format.count(n) },
          {
            head: t('lookups.column.measured'),
            number: true,
            render: (point) => number(measure.of(point)),
          },
          ...(expects
            ? [
                {
                  head: t('lookups.column.expected'),
                  number: true,
                  render: (point: LookupPoint) => number(measure.expected(point)),
                },
              ]
            : []),
          {
            head: t('lookups.column.found'),
            number: true,
            render: ({ found, lookups }) =>
              t('lookups.foundOf', { found: format.count(found), of: format.count(lookups) }),
          },
        ]}
      />
    </details>
  )
}

function Legend(): ReactNode {
  const { t } = useText()
  return (
    <ul className={plots.legend}>
      {KINDS.map((kind) => (
        <li key={`${kind.way}-${kind.memory}`}>
          <LineSwatch kind={kind} /> {t(`lookups.kind.${kind.way}-${kind.memory}`)}
        </li>
      ))}
      <li>
        <LineSwatch kind={KINDS[2]!} isExpected /> {t('lookups.expected')}
      </li>
    </ul>
  )
}

/** A value with its unit, as exactly as it is worth. */
function valueText(name: MeasureName, value: number, format: Format, language: Language): string {
  if (name === 'found') return format.percent(value)
  const number = numberText(value, language)
  return name === 'time' ? `${number}\u00a0ms` : number
}

function numberText(value: number, language: Language): string {
  const digits = value >= 10 || Number.isInteger(value) ? 0 : value >= 1 ? 1 : 2
  return new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value)
}
