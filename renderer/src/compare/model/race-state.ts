import type {
  RaceEnd,
  RaceEvent,
  RaceGround,
  RaceLive,
  RacePoint,
  RaceResult,
  RaceSpec,
} from '../../../../src/contract/index.ts'

/** What is told of one race, wherever it comes from. */
export interface Race {
  readonly raceId: string
  readonly ground: RaceGround
  readonly spec: RaceSpec
  readonly points: readonly RacePoint[]
}

/** The race as a page follows it. */
export type RaceState =
  | { readonly is: 'unknown' }
  | { readonly is: 'none' }
  | {
      readonly is: 'running'
      readonly race: Race
      readonly total: number
      readonly boundSeconds: number
      readonly live: RaceLive | undefined
    }
  | { readonly is: 'ended'; readonly race: Race; readonly end: RaceEnd }

/** The next picture after one event. */
export function afterEvent(state: RaceState, event: RaceEvent): RaceState {
  switch (event.is) {
    case 'none':
      return { is: 'none' }
    case 'begun': {
      const { raceId, ground, spec, points, total, boundSeconds } = event
      return { is: 'running', race: { raceId, ground, spec, points }, total, boundSeconds, live: undefined }
    }
    case 'live':
      return state.is === 'running' ? { ...state, live: event.live } : state
    case 'point': {
      if (state.is !== 'running') return state
      const race = { ...state.race, points: [...state.race.points, event.point] }
      return { ...state, race, live: undefined }
    }
    case 'ended':
      return state.is === 'running' && state.race.raceId === event.raceId
        ? { is: 'ended', race: state.race, end: event.end }
        : state
  }
}

/** A saved result as the race it was. */
export function raceOf({ id, ground, spec, points }: RaceResult): Race {
  return { raceId: id, ground, spec, points }
}
