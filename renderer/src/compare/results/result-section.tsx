import { Button } from '@mantine/core'
import { IconPresentation } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Mode } from '../../../../src/contract/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { routeTo } from '../../shell/route.ts'
import { Card, Section } from '../../ui/page.tsx'
import { Figure } from '../figure.tsx'
import { boundOf } from '../model/bounds.ts'
import { curveOf, modesOf } from '../model/curves.ts'
import { seconds, speedFormula } from '../model/formulas.ts'
import { errorOf, type Guess } from '../model/guess.ts'
import type { Race } from '../model/race-state.ts'
import { TimePlot, type TimePlotProps } from '../plots/time-plot.tsx'
import { TimeTable } from './time-table.tsx'
import css from './results.module.css'

/** What came out: the picture of the race, its sentence, and its numbers beside it. */
export function ResultSection(props: {
  race: Race
  guess: Guess | undefined
  earlier: Race | undefined
  /** Exports and the like, once it is saved. */
  aside?: ReactNode
}): ReactNode {
  const { race, guess, earlier, aside } = props
  const { t } = useText()
  return (
    <Section
      title={t('compare.result.title')}
      aside={
        <>
          {aside}
          <Button
            component="a"
            href={routeTo('compare', 'projector')}
            variant="default"
            size="compact-md"
            leftSection={<IconPresentation size={16} aria-hidden="true" />}
          >
            {t('compare.projector.open')}
          </Button>
        </>
      }
    >
      <Card>
        <Headline race={race} />
        <h3>{t('compare.result.timePlot')}</h3>
        <div className={css.columns}>
          <TimePlot bounds={boundsOf(race)} points={race.points} guess={guess} earlier={earlier?.points} />
          {guess && <GuessErrors race={race} guess={guess} />}
          {race.points.length > 0 && <TimeTable race={race} />}
        </div>
      </Card>
    </Section>
  )
}

/** Bounds of all that will be run; across laptops they are known once rates are measured. */
function boundsOf({ spec, points, ground }: Race): TimePlotProps['bounds'] {
  const of = (mode: Mode): { n: number; seconds: number }[] => {
    if (ground === 'laptops') return curveOf(points, mode).map(({ n, bound }) => ({ n, seconds: bound }))
    if (!spec.modes.includes(mode)) return []
    return spec.peers.toSorted((a, b) => a - b).map((n) => ({ n, seconds: boundOf(spec, mode, n).seconds }))
  }
  return { http: of('http'), p2p: of('p2p') }
}

/** The largest race in one sentence. */
function Headline({ race }: { race: Race }): ReactNode {
  const { t } = useText()
  const { points, ground } = race
  if (modesOf(points).length < 2) return null
  const [http, p2p] = [curveOf(points, 'http'), curveOf(points, 'p2p')]
  const both = http.flatMap((own) => {
    const other = p2p.find((each) => each.n === own.n)
    return own.seconds === undefined || other?.seconds === undefined ? [] : [[own, other] as const]
  })
  // What the processor held back says nothing about the two ways.
  const fair = both.filter((pair) => !pair.some(({ runs }) => runs.some((run) => run.isProcessorLimited)))
  const n = (fair.at(-1) ?? both.at(-1))?.[0].n
  const [a, b] = [http, p2p].map((curve) => curve.find((each) => each.n === n)?.seconds)
  if (n === undefined || a === undefined || b === undefined) return null
  const isFaster = a >= b
  return (
    <p className={css.headline}>
      <strong>{t('compare.result.headline', { count: n, http: seconds(a), p2p: seconds(b) })}</strong>
      <span className={css.speed} data-slower={!isFaster || undefined}>
        <Figure
          what={t('compare.formula.speed')}
          formula={speedFormula(isFaster ? a : b, isFaster ? b : a)}
          measuredRates={ground === 'laptops'}
        >
          {t(isFaster ? 'compare.result.faster' : 'compare.result.slower', {
            times: (isFaster ? a / b : b / a).toFixed(1),
          })}
        </Figure>
      </span>
    </p>
  )
}

function GuessErrors({ race, guess }: { race: Race; guess: Guess }): ReactNode {
  const { t } = useText()
  const words = modesOf(race.points).flatMap((mode) => {
    const error = errorOf(guess, mode, curveOf(race.points, mode))
    return error === undefined ? [] : [t(`compare.guess.off_${mode}`, { percent: Math.round(error * 100) })]
  })
  return words.length > 0 && <p className={css.errors}>{words.join(' ')}</p>
}
