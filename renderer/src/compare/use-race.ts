import type { RaceEvent } from '../../../src/contract/index.ts'
import { useFolded, type Watch } from '../core/use-followed.ts'
import { afterEvent, type RaceState } from './model/race-state.ts'

const UNKNOWN: RaceState = { is: 'unknown' }

/** The race going on, or the last one. */
export function useRace(): RaceState {
  return useFolded(watchRace, afterEvent, UNKNOWN)[0]
}

const watchRace: Watch<RaceEvent> = (client, signal) => client.compare.watch(undefined, { signal })
