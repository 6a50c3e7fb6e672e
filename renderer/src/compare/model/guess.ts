import type { Mode } from '../../../../src/contract/index.ts'

/** What somebody expects before the race: seconds by N, for each way. */
export type Guess = Readonly<Record<Mode, ReadonlyMap<number, number>>>

export const NO_GUESS: Guess = { http: new Map(), p2p: new Map() }

/** The guess with one value set; `undefined` seconds takes it away. */
export function withGuess(guess: Guess, mode: Mode, n: number, seconds: number | undefined): Guess {
  const next = new Map(guess[mode])
  if (seconds === undefined) next.delete(n)
  else next.set(n, Math.max(0, seconds))
  return { ...guess, [mode]: next }
}

/** A stroke of the pen from one place to another: every N between them gets its value. */
export function withStroke(
  guess: Guess,
  mode: Mode,
  peers: readonly number[],
  from: { n: number; seconds: number },
  to: { n: number; seconds: number },
): Guess {
  const [low, high] = from.n <= to.n ? [from, to] : [to, from]
  let next = guess
  for (const n of peers) {
    if (n < low.n || n > high.n) continue
    const share = high.n === low.n ? 1 : (n - low.n) / (high.n - low.n)
    const seconds = high.n === low.n ? to.seconds : low.seconds + share * (high.seconds - low.seconds)
    next = withGuess(next, mode, n, seconds)
  }
  return next
}

export function isComplete(guess: Guess, modes: readonly Mode[], peers: readonly number[]): boolean {
  return modes.every((mode) => peers.every((n) => guess[mode].has(n)))
}

/** How far off it was, on average, as a share of what was measured; undefined where nothing can be compared. */
export function errorOf(
  guess: Guess,
  mode: Mode,
  measured: readonly { n: number; seconds: number | undefined }[],
): number | undefined {
  const errors = measured.flatMap(({ n, seconds }) => {
    const guessed = guess[mode].get(n)
    return guessed === undefined || seconds === undefined || seconds === 0
      ? []
      : [Math.abs(guessed - seconds) / seconds]
  })
  return errors.length === 0 ? undefined : errors.reduce((sum, each) => sum + each, 0) / errors.length
}
