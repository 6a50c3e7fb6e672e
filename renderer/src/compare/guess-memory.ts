import { z } from 'zod'
import type { Guess } from './model/guess.ts'

const entriesSchema = z.array(z.tuple([z.number(), z.number()])).max(64)
const guessSchema = z.object({ http: entriesSchema, p2p: entriesSchema })

/** The guess made before a race outlives a change of the page; it is this window's alone. */
export function keepGuess(raceId: string, guess: Guess, storage: Storage = sessionStorage): void {
  try {
    storage.setItem(keyOf(raceId), JSON.stringify({ http: [...guess.http], p2p: [...guess.p2p] }))
  } catch {
    // Full or forbidden: the guess is shown until the page is left.
  }
}

export function keptGuess(raceId: string, storage: Storage = sessionStorage): Guess | undefined {
  try {
    const { http, p2p } = guessSchema.parse(JSON.parse(storage.getItem(keyOf(raceId)) ?? ''))
    return http.length + p2p.length > 0 ? { http: new Map(http), p2p: new Map(p2p) } : undefined
  } catch {
    return undefined
  }
}

function keyOf(raceId: string): string {
  return `guess ${raceId}`
}
