import type { Clock } from '../../../src/base/clock.ts'
import { ShoalError } from '../../../src/base/errors.ts'
import { Emitter } from '../../../src/base/events.ts'
import {
  raceSpecSchema,
  type RaceEvent,
  type RacePoint,
  type RaceResult,
  type RaceSpec,
} from '../../../src/contract/index.ts'
import type { CoreClient } from '../core/client.ts'
import { fakeDeliveries } from './fake-deliveries.ts'
import { fakeLookups } from './fake-lookups.ts'
import { fakeLive, fakePoint, fakeResult } from './fake-race.ts'

const TICK_MS = 100

/** Races that exist only in this page: made-up runs in real time. */
export class FakeCompare {
  readonly client: CoreClient['compare']
  readonly #clock: Clock
  readonly #events = new Emitter<{ event: RaceEvent }>()
  readonly #results: RaceResult[]
  #said: RaceEvent[] = [{ is: 'none' }]
  #cancel = (): void => {}
  #next = 1

  constructor(clock: Clock, lively: boolean) {
    this.#clock = clock
    const now = clock.wallNow()
    this.#results = lively
      ? [fakeResult('race-b', now - 3_600_000), fakeResult('race-a', now - 90_000_000)]
      : []
    this.client = {
      start: async (spec) => this.#start(raceSpecSchema.parse(spec)),
      startLaptops: async () => {
        throw new ShoalError('declined', 'nobody takes part')
      },
      watch: async (_input, options) => this.#watch(options?.signal) as never,
      cancel: async () => this.#end('cancelled'),
      laptops: async () => this.#laptops(lively) as never,
      answer: async () => {},
      deliveries: fakeDeliveries(),
      lookups: fakeLookups(now, lively),
      results: async () =>
        this.#results.map(({ id, at, ground, spec, points }) => ({
          id,
          at,
          ground,
          spec,
          points: points.length,
        })),
      load: async ({ id }) => this.#find(id),
      import: async ({ json }) => {
        const result = { ...(JSON.parse(json) as RaceResult), id: `race-${this.#next++}` }
        this.#results.unshift(result)
        return { id: result.id }
      },
      remove: async ({ id }) => void this.#results.splice(this.#results.indexOf(this.#find(id)), 1),
      export: async ({ id, format }) => {
        return { name: `${id}.${format}`, type: 'text/plain', text: JSON.stringify(this.#find(id)) }
      },
    }
  }

  #find(id: string): RaceResult {
    const result = this.#results.find((each) => each.id === id)
    if (!result) throw new ShoalError('not-found', 'there is no such result')
    return result
  }

  #start(spec: RaceSpec): { raceId: string } {
    const raceId = `race-${this.#next++}`
    const points = spec.peers.flatMap((n) => spec.modes.map((mode) => fakePoint(spec, mode, n)))
    const boundSeconds = points.reduce((sum, { bound }) => sum + bound, 0)
    this.#said = []
    this.#say({ is: 'begun', raceId, ground: 'here', spec, points: [], total: points.length, boundSeconds })
    this.#run(raceId, spec, points)
    return { raceId }
  }

  #run(raceId: string, spec: RaceSpec, points: readonly RacePoint[]): void {
    let [at, seconds] = [0, 0]
    this.#cancel = this.#clock.every(TICK_MS, () => {
      const point = points[at]!
      seconds += TICK_MS / 1000
      if (seconds < point.seconds!) return this.#say(fakeLive(point, spec.size, seconds))
      this.#say({ is: 'point', point })
      seconds = 0
      if (++at < points.length) return
      this.#results.unshift({ ...fakeResult(raceId, this.#clock.wallNow(), spec), points: [...points] })
      this.#end('finished')
    })
  }

  #end(is: 'finished' | 'cancelled'): void {
    this.#cancel()
    const begun = this.#said.find((event) => event.is === 'begun')
    if (begun?.is === 'begun') this.#say({ is: 'ended', raceId: begun.raceId, end: { is } })
  }

  #say(event: RaceEvent): void {
    if (event.is !== 'live') this.#said.push(event)
    this.#events.emit('event', event)
  }

  async *#watch(signal: AbortSignal | undefined): AsyncGenerator<RaceEvent> {
    const queue: RaceEvent[] = [...this.#said]
    let wake = (): void => {}
    const stop = this.#events.on('event', (event) => {
      queue.push(event)
      wake()
    })
    signal?.addEventListener('abort', () => wake(), { once: true })
    while (!signal?.aborted) {
      while (queue.length > 0) yield queue.shift()!
      await new Promise<void>((resolve) => (wake = resolve))
    }
    stop()
  }

  async *#laptops(lively: boolean): AsyncGenerator<object> {
    const laptops = [
      { peerId: 'a', name: 'Minji', link: 'wifi' },
      { peerId: 'b', name: 'Jun', link: 'ethernet' },
    ]
    const from = { peerId: 'a', name: 'Minji' }
    const invitations = [{ id: 'i', from, bytes: 2 ** 25, laptops: 3, at: this.#clock.wallNow() }]
    yield lively ? { laptops, invitations } : { laptops: [], invitations: [] }
    await new Promise(() => {})
  }
}
