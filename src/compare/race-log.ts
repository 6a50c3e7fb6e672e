import type { RaceEnd, RaceEvent, RaceGround, RaceLive, RacePoint, RaceSpec } from '../contract/index.ts'
import { Watchers } from '../core/view/watchers.ts'
import { MAX_QUEUED_EVENTS } from './limits.ts'

/** What is known of the race going on, or of the last one. */
type Known = Extract<RaceEvent, { is: 'begun' }> & { readonly points: RacePoint[] }

/** One race as several watch it: whoever comes late, or falls behind, begins with what is known. */
export class RaceLog {
  readonly #watchers = new Watchers<RaceEvent>({
    start: () => this.#all(),
    most: MAX_QUEUED_EVENTS,
    // A new look at the same run.
    replaces: (next, last) => next.is === 'live' && last.is === 'live',
  })
  #known: Known | undefined
  #live: RaceLive | undefined
  #end: Extract<RaceEvent, { is: 'ended' }> | undefined

  begin(init: {
    raceId: string
    ground: RaceGround
    spec: RaceSpec
    total: number
    boundSeconds: number
  }): void {
    this.#known = { is: 'begun', points: [], ...init }
    this.#live = undefined
    this.#end = undefined
    this.#watchers.send({ ...this.#known, points: [] })
  }

  live(live: RaceLive): void {
    this.#live = live
    this.#watchers.send({ is: 'live', live })
  }

  point(point: RacePoint): void {
    this.#known?.points.push(point)
    this.#live = undefined
    this.#watchers.send({ is: 'point', point })
  }

  end(end: RaceEnd): void {
    this.#live = undefined
    this.#end = { is: 'ended', raceId: this.#known?.raceId ?? '', end }
    this.#watchers.send(this.#end)
  }

  get points(): readonly RacePoint[] {
    return this.#known?.points ?? []
  }

  /** What is known, then everything that happens, until the signal fires or `close`. */
  watch(signal?: AbortSignal): AsyncGenerator<RaceEvent> {
    return this.#watchers.watch(signal)
  }

  close(): void {
    this.#watchers.close()
  }

  #all(): RaceEvent[] {
    if (!this.#known) return [{ is: 'none' }]
    const begun: RaceEvent = { ...this.#known, points: [...this.#known.points] }
    const live: RaceEvent[] = this.#live ? [{ is: 'live', live: this.#live }] : []
    return [begun, ...live, ...(this.#end ? [this.#end] : [])]
  }
}
