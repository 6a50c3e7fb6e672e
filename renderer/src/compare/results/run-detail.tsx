import { NativeSelect } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import type { RacePoint } from '../../../../src/contract/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { Card, Section } from '../../ui/page.tsx'
import { AsTable, Table } from '../../ui/table.tsx'
import { Figure } from '../figure.tsx'
import { gapFormula, seconds } from '../model/formulas.ts'
import { peerName } from '../model/peer-name.ts'
import type { Race } from '../model/race-state.ts'
import { BytesPlot } from '../plots/bytes-plot.tsx'
import { othersShare, ProgressPlot } from '../plots/progress-plot.tsx'
import { Verdict } from './verdict.tsx'
import css from './results.module.css'

const keyOf = ({ mode, n, repeat }: RacePoint): string => `${mode} ${n} ${repeat}`

/** One run: why it took so long, who gave what to whom, and how much everybody sent. */
export function RunDetail({ race }: { race: Race }): ReactNode {
  const { t } = useText()
  const { points, spec } = race
  const [chosen, setChosen] = useState<string | undefined>()
  // The largest race among peers says most at first.
  const first = points
    .toSorted((a, b) => b.n - a.n || a.mode.localeCompare(b.mode))
    .find(({ mode }) => mode === 'p2p')
  const point = points.find((each) => keyOf(each) === chosen) ?? first ?? points[0]
  if (!point) return null
  const options = points.map((each) => {
    const words = { mode: t(`compare.modes.${each.mode}`), n: each.n, repeat: each.repeat }
    return {
      value: keyOf(each),
      label: t(spec.repeats > 1 ? 'compare.run.optionRepeat' : 'compare.run.option', words),
    }
  })
  return (
    <Section
      title={t('compare.run.title')}
      aside={
        <NativeSelect
          aria-label={t('compare.run.choose')}
          data={options}
          value={keyOf(point)}
          onChange={(event) => setChosen(event.currentTarget.value)}
        />
      }
    >
      <Card>
        <Verdict point={point} />
        {point.reasons.length > 0 && <Reasons point={point} race={race} />}
      </Card>
      <Card>
        <h3>{t('compare.run.progress')}</h3>
        <ProgressPlot point={point} size={spec.size} />
        <PeerTable point={point} />
      </Card>
      <Card>
        <h3>{t('compare.run.bytes')}</h3>
        <BytesPlot points={points} size={spec.size} />
      </Card>
    </Section>
  )
}

/** Measured − bound, split into named reasons that add up. */
function Reasons({ point, race }: { point: RacePoint; race: Race }): ReactNode {
  const { t } = useText()
  const most = Math.max(...point.reasons.map((reason) => Math.abs(reason.seconds)), 0.001)
  return (
    <table className={css.reasons}>
      <caption>
        {t('compare.run.reasons')}{' '}
        {point.seconds !== null && (
          <Figure
            what={t('compare.formula.gap')}
            formula={gapFormula(point)}
            measuredRates={race.ground === 'laptops'}
          >
            {seconds(point.seconds - point.bound)}
          </Figure>
        )}
      </caption>
      <thead className="sh-visually-hidden">
        <tr>
          <th scope="col">{t('compare.run.reason')}</th>
          <th scope="col">{t('compare.run.seconds')}</th>
        </tr>
      </thead>
      <tbody>
        {point.reasons.map((reason) => (
          <tr key={reason.is}>
            <th scope="row">{t(`compare.reasons.${reason.is}`)}</th>
            <td>
              <div className={css.weight}>
                <span>
                  <span style={{ width: `${(100 * Math.abs(reason.seconds)) / most}%` }} />
                </span>
                {seconds(reason.seconds)}
              </div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function PeerTable({ point }: { point: RacePoint }): ReactNode {
  const { t, format } = useText()
  return (
    <AsTable>
      <Table
        label={t('compare.run.progress')}
        items={point.peers}
        keyOf={({ id }) => id}
        narrow="fits"
        inText
        columns={[
          { head: t('compare.run.peer'), render: ({ name }) => peerName(name, t) },
          {
            head: t('compare.run.end'),
            number: true,
            render: (peer) => (peer.seconds === null ? '—' : seconds(peer.seconds)),
          },
          {
            head: t('compare.run.fromSource'),
            number: true,
            render: (peer) => format.percent(1 - othersShare(peer, point)),
          },
          {
            head: t('compare.run.fromOthers'),
            number: true,
            render: (peer) => format.percent(othersShare(peer, point)),
          },
        ]}
      />
    </AsTable>
  )
}
