import { useId, type ReactNode } from 'react'
import type { RacePeer, RacePoint } from '../../../../src/contract/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { seconds } from '../model/formulas.ts'
import { peerName } from '../model/peer-name.ts'
import { lengthOf } from '../model/replay.ts'
import { niceAxis } from '../model/scale.ts'
import { useGiverColours } from './race-bars.tsx'
import css from './plots.module.css'

/** Units of a strip's own coordinates; it is stretched to the width there is. */
const WIDTH = 1000
const TALL = 44
const LOW = 20
/** With more downloaders than this the strips are low, so that a screen holds them. */
const MANY = 10

/** Each downloader's progress against time: filled by the colours of those who gave it. */
export function ProgressPlot({ point, size }: { point: RacePoint; size: number }): ReactNode {
  const { t, format } = useText()
  const colours = useGiverColours(point.givers)
  const end = lengthOf(point) || 1
  const height = point.peers.length > MANY ? LOW : TALL
  const { ticks } = niceAxis(end, 6)
  const sources = point.givers.filter(({ isSource }) => isSource)
  const sourceName = (id: string): string => {
    const name = t(`compare.run.${point.mode === 'http' ? 'server' : 'source'}`)
    return sources.length > 1 ? `${name} ${sources.findIndex((each) => each.id === id) + 1}` : name
  }
  return (
    <div className={css.strips}>
      {point.peers.map((peer) => (
        <PeerStrip key={peer.id} {...{ peer, point, size, colours, end, height }} />
      ))}
      <span />
      <div className={css.axis} aria-hidden="true">
        {ticks
          .filter((tick) => tick <= end)
          .map((tick) => (
            <span key={tick} style={{ left: `${(100 * tick) / end}%` }}>
              {tick} s
            </span>
          ))}
      </div>
      <span />
      <ul className={css.legend} style={{ gridColumn: '1 / -1' }}>
        {point.givers.map((giver, g) => (
          <li key={giver.id}>
            <span className={css.swatch} style={{ background: colours[g] }} />
            {giver.isSource ? sourceName(giver.id) : peerName(giver.name, t)}
          </li>
        ))}
      </ul>
      <p className="sh-muted" style={{ gridColumn: '1 / -1' }}>
        {t('compare.run.progressText')} {format.size(size)} × {format.count(point.n)}
      </p>
    </div>
  )
}

function PeerStrip(props: {
  peer: RacePeer
  point: RacePoint
  size: number
  colours: readonly string[]
  end: number
  height: number
}): ReactNode {
  const { peer, point, size, colours, end, height } = props
  const { t, format } = useText()
  const clip = useId()
  const name = peerName(peer.name, t)
  const others = othersShare(peer, point)
  const words =
    peer.seconds === null
      ? t('compare.run.progressAltNever', { name })
      : t('compare.run.progressAlt', {
          name,
          seconds: seconds(peer.seconds),
          percent: format.percent(others),
        })
  return (
    <>
      <span className={css.name}>{name}</span>
      <svg
        className={css.strip}
        height={height}
        viewBox={`0 0 ${WIDTH} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={words}
      >
        <clipPath id={clip}>
          <rect width={WIDTH} height={height} rx={4} />
        </clipPath>
        <g clipPath={`url(#${clip})`}>
          {areasOf(peer, size, end, height).map((d, g) => (
            <path key={g} d={d} fill={colours[g]} />
          ))}
        </g>
      </svg>
      <span className={css.time}>{peer.seconds === null ? '—' : seconds(peer.seconds)}</span>
    </>
  )
}

/** Stacked areas, one for each giver, the source lowest; after the last count they stay as they are. */
function areasOf(peer: RacePeer, size: number, end: number, height: number): string[] {
  const times = [...peer.at, end]
  const x = (at: number): number => (at / end) * WIDTH
  const y = (bytes: number): number => height - (bytes / size) * height
  const base = times.map(() => 0)
  return peer.bytes.map((row) => {
    const lower = [...base]
    times.forEach((_, i) => (base[i]! += row[Math.min(i, row.length - 1)] ?? 0))
    const up = times.map((at, i) => `L${x(at).toFixed(1)} ${y(base[i]!).toFixed(2)}`)
    const down = times.map((at, i) => `L${x(at).toFixed(1)} ${y(lower[i]!).toFixed(2)}`).toReversed()
    return `M0 ${height} ${up.join(' ')} ${down.join(' ')} Z`
  })
}

/** Which part of what one downloader holds came from other downloaders. */
export function othersShare(peer: RacePeer, { givers }: Pick<RacePoint, 'givers'>): number {
  const last = peer.bytes.map((row) => row.at(-1) ?? 0)
  const all = last.reduce((sum, each) => sum + each, 0)
  const others = last.reduce((sum, each, g) => sum + (givers[g]?.isSource ? 0 : each), 0)
  return all === 0 ? 0 : others / all
}
