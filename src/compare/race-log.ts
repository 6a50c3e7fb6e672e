import type { RaceEnd, RaceEvent, RaceGround, RaceLive, RacePoint, RaceSpec } from '../contract/index.ts'
import { MAX_QUEUED_EVENTS } from './limits.ts'

/** What is known of the race going on, or of the last one. */
type Known = Extract<RaceEvent, { is: 'begun' }> & { readonly points: RacePoint[] }

/** One race as several watch it: whoever comes late, or falls behind, begins with what is known. */
export class RaceLog {
  readonly #watchers = new Set<Watcher>()
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
    this.#send({ ...this.#known, points: [] })
  }

  live(live: RaceLive): void {
    this.#live = live
    this.#send({ is: 'live', live })
  }

  point(point: RacePoint): void {
    this.#known?.points.push(point)
    this.#live = undefined
    this.#send({ is: 'point', point })
  }

  end(end: RaceEnd): void {
    this.#live = undefined
    this.#end = { is: 'ended', raceId: this.#known?.raceId ?? '', end }
    this.#send(this.#end)
  }

  get points(): readonly RacePoint[] {
    return this.#known?.points ?? []
  }

  /** What is known, then everything that happens, until the signal fires or `close`. */
  async *watch(signal?: AbortSignal): AsyncGenerator<RaceEvent> {
    const watcher = new Watcher()
    for (const event of this.#all()) watcher.push(event)
    this.#watchers.add(watcher)
    const stop = (): void => watcher.close()
    signal?.addEventListener('abort', stop, { once: true })
    if (signal?.aborted) stop()
    try {
      for (;;) {
        const next = await watcher.next()
        if (next === 'closed') return
        if (next === 'behind') for (const event of this.#all()) watcher.push(event)
        else yield next
      }
    } finally {
      signal?.removeEventListener('abort', stop)
      this.#watchers.delete(watcher)
    }
  }

  close(): void {
    for (const watcher of this.#watchers) watcher.close()
  }

  #all(): RaceEvent[] {
    if (!this.#known) return [{ is: 'none' }]
    const begun: RaceEvent = { ...this.#known, points: [...this.#known.points] }
    const live: RaceEvent[] = this.#live ? [{ is: 'live', live: this.#live }] : []
    return [begun, ...live, ...(this.#end ? [this.#end] : [])]
  }

  #send(event: RaceEvent): void {
    for (const watcher of this.#watchers) watcher.push(event)
  }
}

/** The queue of one watcher. A new look at the same run replaces the one that was not taken yet. */
class Watcher {
  #queue: RaceEvent[] = []
  #state: 'open' | 'behind' | 'closed' = 'open'
  #wake: () => void = () => {}

  push(event: RaceEvent): void {
    if (this.#state !== 'open') return
    if (event.is === 'live' && this.#queue.at(-1)?.is === 'live') this.#queue.pop()
    this.#queue.push(event)
    if (this.#queue.length > MAX_QUEUED_EVENTS) {
      this.#queue = []
      this.#state = 'behind'
    }
    this.#wake()
  }

  close(): void {
    this.#state = 'closed'
    this.#queue = []
    this.#wake()
  }

  async next(): Promise<RaceEvent | 'behind' | 'closed'> {
    while (this.#queue.length === 0 && this.#state === 'open') {
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
    if (this.#state === 'behind') {
      this.#state = 'open'
      return 'behind'
    }
    return this.#queue.shift() ?? 'closed'
  }
}
