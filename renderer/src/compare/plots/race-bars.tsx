import { useComputedColorScheme } from '@mantine/core'
import type { CSSProperties, ReactNode } from 'react'
import type { RaceGiver } from '../../../../src/contract/index.ts'
import { giverColours } from '../../chunk-map/colours.ts'
import { useText } from '../../i18n/use-text.ts'
import { seconds as asSeconds } from '../model/formulas.ts'
import { peerName } from '../model/peer-name.ts'
import css from './race-bars.module.css'

/** One downloader as a bar shows it: bytes by giver, in the order of the givers. */
export interface Bar {
  readonly id: string
  readonly name: string
  readonly bytes: readonly number[]
  /** When it had everything. */
  readonly seconds: number | null
}

/** The colour of each giver: warm is the source, the sea's colours are the other downloaders. */
export function useGiverColours(givers: readonly RaceGiver[]): string[] {
  const scheme = useComputedColorScheme('light')
  return giverColours(
    givers.map(({ id, name, isSource }) => ({ peerId: id, name, isSource, isMe: false })),
    scheme,
  )
}

/** One bar per downloader, each piece in the colour of whoever gave it. */
export function RaceBars(props: {
  givers: readonly RaceGiver[]
  bars: readonly Bar[]
  size: number
  label: string
  large?: boolean
}): ReactNode {
  const { givers, bars, size, large } = props
  const { t, format } = useText()
  const colours = useGiverColours(givers)
  return (
    <ul
      className={css.bars}
      aria-label={props.label}
      data-large={large || undefined}
      style={{ '--count': bars.length } as CSSProperties}
    >
      {bars.map(({ id, name: given, bytes, seconds }) => {
        const name = peerName(given, t)
        const held = bytes.reduce((sum, each) => sum + each, 0)
        const words =
          seconds === null
            ? t('compare.live.bar', { name, percent: format.percent(held / size) })
            : t('compare.live.done', { name, seconds: asSeconds(seconds) })
        return (
          <li key={id} data-done={seconds !== null || undefined}>
            <span className={css.name} aria-hidden="true">
              {name}
            </span>
            <span className={css.track} role="img" aria-label={words}>
              {bytes.map((each, g) => (
                <span key={g} style={{ width: `${(100 * each) / size}%`, background: colours[g] }} />
              ))}
            </span>
            <span className={css.end} aria-hidden="true">
              {seconds === null ? format.percent(held / size) : asSeconds(seconds)}
            </span>
          </li>
        )
      })}
    </ul>
  )
}
