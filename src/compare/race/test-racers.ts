/** For tests: racers that are no processes. They follow orders, and count what a link at their rate would have carried. */
import { VirtualClock } from '../../base/index.ts'
import { SAMPLE_MS } from '../limits.ts'
import type { RacerOptions, RacerOrder, RacerSample, RacerTold, RoleOrder } from './messages.ts'
import type { RacerChild, RacerChildEvents, SpawnRacer } from './spawn-racer.ts'

type Getter = Extract<RoleOrder, { is: 'getter' }>

/** Bytes that a downloader gets per millisecond of the clock. */
const BYTES_PER_MS = 1000

/** All racers of a test, on one clock. */
export class FakeRacers {
  readonly clock = new VirtualClock()
  readonly racers: FakeRacer[] = []
  /** Fetched so far, by whom it came from. */
  readonly given = new Map<string, number>()
  /** Says something else than a good racer would. */
  disturb: ((racer: FakeRacer, order: RacerOrder) => RacerTold | 'silence' | undefined) | undefined

  readonly spawn: SpawnRacer = (options, events) => {
    const racer = new FakeRacer(this, { number: this.racers.length + 1, options, events })
    this.racers.push(racer)
    return racer
  }

  /** Lets the clock run until a race is over. */
  async during<T>(race: Promise<T>): Promise<T> {
    let isOver = false
    const over = race.finally(() => (isOver = true))
    over.catch(() => {})
    while (!isOver) {
      await this.clock.advanceAsync(SAMPLE_MS / 2)
      // Files are written in real time.
      await new Promise((resolve) => setImmediate(resolve))
    }
    return over
  }

  isGiving(key: string): boolean {
    return this.racers.some((racer) => racer.key === key && racer.state === 'running')
  }
}

export class FakeRacer implements RacerChild {
  readonly options: RacerOptions
  readonly orders: RacerOrder[] = []
  readonly #all: FakeRacers
  readonly #number: number
  readonly #events: RacerChildEvents
  state: 'running' | 'released' | 'killed' = 'running'
  #role: RoleOrder | undefined
  #held = 0
  #stop = (): void => {}

  constructor(all: FakeRacers, init: { number: number; options: RacerOptions; events: RacerChildEvents }) {
    this.#all = all
    this.#number = init.number
    this.options = init.options
    this.#events = init.events
    this.#tell({ is: 'started' })
  }

  /** As whom others know it. */
  get key(): string {
    return this.#role?.is === 'server' ? this.#origin : `peer-${this.#number}`
  }

  /** Offers that it was told to fetch. */
  get fetched(): Getter['offer'][] {
    return this.orders.flatMap((order) =>
      order.do === 'prepare' && order.role.is === 'getter' ? [order.role.offer] : [],
    )
  }

  send(order: RacerOrder): void {
    if (this.state !== 'running') return
    this.orders.push(order)
    const instead = this.#all.disturb?.(this, order)
    if (instead === 'silence') return
    if (instead) return this.#tell(instead)
    switch (order.do) {
      case 'prepare':
        return this.#prepare(order.role)
      case 'meet':
        return this.#tell({ is: 'met' })
      case 'go':
        return this.#go()
      case 'finish':
        this.#stop()
        return this.#tell({ is: 'finished', sample: this.#sample() })
      case 'link':
      case 'air':
        return
    }
  }

  release(): void {
    this.#end('released')
  }

  kill(): void {
    this.#end('killed')
  }

  #end(state: 'released' | 'killed'): void {
    if (this.state !== 'running') return
    this.state = state
    this.#stop()
    queueMicrotask(() => this.#events.onGone(state))
  }

  get #origin(): string {
    return `http://127.0.0.1:${8000 + this.#number}`
  }

  #prepare(role: RoleOrder): void {
    this.#role = role
    this.#held = 0
    this.#all.given.delete(this.key)
    const peerId = role.is === 'server' ? null : this.key
    const addresses = role.is === 'getter' && role.offer.is === 'swarm' ? [`/at/${this.key}`] : []
    if (role.is === 'server')
      this.#tell({
        is: 'prepared',
        offer: { is: 'server', cid: 'c', origin: this.#origin },
        peerId,
        addresses,
      })
    else if (role.is === 'source')
      this.#tell({
        is: 'prepared',
        offer: { is: 'swarm', cid: 'c', peerId: this.key, addresses: [`/at/${this.key}`] },
        peerId,
        addresses,
      })
    else this.#tell({ is: 'prepared', offer: null, peerId, addresses })
  }

  #go(): void {
    this.#tell({ is: 'sample', sample: this.#sample() })
    this.#stop = this.#all.clock.every(SAMPLE_MS, () => this.#step())
  }

  #step(): void {
    if (this.#role?.is === 'getter') this.#fetch(this.#role)
    this.#tell({ is: 'sample', sample: this.#sample() })
  }

  /** From a server until it is switched off; in a swarm the others go on once the source has given one copy. */
  #fetch({ offer, maxBytes }: Getter): void {
    const giver = giverOf(offer)
    const given = this.#all.given.get(giver) ?? 0
    const isThere = this.#all.isGiving(giver) || (offer.is === 'swarm' && given >= maxBytes)
    if (!isThere || this.#held >= maxBytes) return
    const bytes = Math.min(BYTES_PER_MS * SAMPLE_MS, maxBytes - this.#held)
    this.#held += bytes
    this.#all.given.set(giver, given + bytes)
    if (this.#held < maxBytes) return
    const at = this.#now()
    this.#tell({ is: 'complete', at, lastByteAt: at, sample: this.#sample() })
  }

  #sample(): RacerSample {
    const sent = this.#all.given.get(this.key) ?? 0
    const held = this.#role?.is === 'getter' ? { [giverOf(this.#role.offer)]: this.#held } : {}
    const received = this.#held
    // A tenth of a processor, in microseconds.
    const cpu = this.#all.clock.now() * 100
    return { at: this.#now(), sent, received, payloadSent: sent, payloadReceived: received, cpu, held }
  }

  #now(): number {
    return performance.timeOrigin + this.#all.clock.now()
  }

  #tell(told: RacerTold): void {
    queueMicrotask(() => this.state === 'running' && this.#events.onTold(told))
  }
}

function giverOf(offer: Getter['offer']): string {
  if (offer.is === 'swarm') return offer.peerId
  return offer.is === 'server' ? offer.origin : ''
}
