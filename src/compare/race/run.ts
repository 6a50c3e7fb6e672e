import { isShoalError, ShoalError, sleep, systemClock, type Clock } from '../../base/index.ts'
import type { Mode, RaceLive, RaceSpec } from '../../contract/index.ts'
import { LIVE_MS, SAMPLE_MS, SETTLE_MS, STALL_AFTER_OFF_MS, STALL_MS } from '../limits.ts'
import type { Crew } from './crew.ts'
import { Recorder, type Measured } from './measured.ts'
import type { Offer, RacerTold } from './messages.ts'
import type { Racer } from './racer-base.ts'
import { processorTimes, type ProcessorTimes } from './processor.ts'

type Prepared = Extract<RacerTold, { is: 'prepared' }>

export interface RunInit {
  readonly crew: Crew
  readonly spec: RaceSpec
  readonly mode: Mode
  readonly n: number
  readonly file: string
  readonly signal: AbortSignal
  readonly clock?: Clock
  readonly onLive: (live: Pick<RaceLive, 'phase' | 'seconds' | 'sourceBytes' | 'givers' | 'peers'>) => void
}

/** One file to N downloaders in one mode: everybody is made ready, then bytes move, then everything is counted. */
export class Run {
  readonly #init: RunInit
  readonly #clock: Clock
  readonly #stops: (() => void)[] = []
  readonly #processor: (ProcessorTimes & { t: number })[] = []
  #sources: { racer: Racer; recorder: Recorder }[] = []
  #peers: { racer: Racer; recorder: Recorder }[] = []
  #startedAt = 0
  #lastProgressAt = 0
  #heldBefore = 0
  #switchedOffAt: number | undefined
  #failure: ShoalError | undefined

  constructor(init: RunInit) {
    this.#init = init
    this.#clock = init.clock ?? systemClock
  }

  async run(): Promise<Measured> {
    const { signal } = this.#init
    try {
      const { sources, peers, giverKeys } = await this.#prepare()
      await sleep(SETTLE_MS, { signal, clock: this.#clock })
      this.#start(sources, peers, giverKeys)
      await this.#untilOver()
      const seconds = this.#now()
      await this.#finish()
      return this.#measured(seconds)
    } finally {
      for (const stop of this.#stops) stop()
    }
  }

  /** Sources first: what they offer is what the others are to get. */
  async #prepare() {
    const { crew, spec, mode, n, file, signal } = this.#init
    const count = mode === 'http' ? spec.servers : 1
    const sources = await crew.get('source', count, { signal })
    const is = mode === 'http' ? 'server' : 'source'
    const offers = await Promise.all(
      sources.map((racer) =>
        this.#prepareOne(racer, async () => ({ is, dir: await crew.folder(), file, host: crew.host })),
      ),
    )
    const peers = await crew.get('peer', n, { signal })
    const prepared = await Promise.all(
      peers.map((racer, i) => {
        const offer = offers[i % offers.length]!.offer!
        return this.#prepareOne(racer, async () => ({
          is: 'getter',
          dir: await crew.folder(),
          offer,
          host: crew.host,
          maxBytes: spec.size,
        }))
      }),
    )
    await this.#meet(offers, peers, prepared)
    const giverKeys = [...offers, ...prepared].map(({ peerId, offer }) => peerId ?? keyOf(offer))
    return { sources, peers, giverKeys }
  }

  /**
   * Laptops of one network are connected to who offers them something before they ask for it: that is no part of a run. How
   * downloaders find each other is. Who can be met nowhere (a laptop elsewhere) connects as it can.
   */
  async #meet(
    offers: readonly Prepared[],
    peers: readonly Racer[],
    prepared: readonly Prepared[],
  ): Promise<void> {
    const sources = offers.flatMap(({ offer }) => (offer?.is === 'swarm' ? [offer.addresses] : []))
    await Promise.all(
      peers.map(async (racer, i) => {
        if (prepared[i]!.addresses.length === 0) return
        const met = racer.next('met', { signal: this.#init.signal })
        racer.order({ do: 'meet', others: sources })
        await met
      }),
    )
  }

  async #prepareOne(
    racer: Racer,
    role: () => Promise<Extract<Parameters<Racer['order']>[0], { do: 'prepare' }>['role']>,
  ): Promise<Prepared> {
    const prepared = racer.next('prepared', { signal: this.#init.signal })
    // Rejects together with what is awaited below.
    prepared.catch(() => {})
    racer.order({ do: 'prepare', role: await role() })
    return prepared
  }

  #start(sources: readonly Racer[], peers: readonly Racer[], giverKeys: readonly string[]): void {
    this.#startedAt = performance.timeOrigin + this.#clock.now()
    const record = (racer: Racer, i: number) => {
      const recorder = new Recorder({
        id: racer.id,
        name: racer.name,
        giverKey: giverKeys[i]!,
        startedAt: this.#startedAt,
      })
      this.#stops.push(
        racer.events.on('told', (told) => this.#told(recorder, told)),
        racer.events.on('gone', () => this.#gone(racer)),
      )
      return { racer, recorder }
    }
    this.#sources = sources.map((racer, i) => record(racer, i))
    this.#peers = peers.map((racer, i) => record(racer, sources.length + i))
    this.#processor.push({ t: 0, ...processorTimes() })
    for (const { racer } of [...this.#sources, ...this.#peers]) racer.order({ do: 'go' })
  }

  #told(recorder: Recorder, told: RacerTold): void {
    if (told.is === 'sample' || told.is === 'finished') recorder.add(told.sample)
    if (told.is === 'complete') recorder.complete(told)
    if (told.is === 'failed')
      this.#failure ??= new ShoalError('internal', `${recorder.name}: ${told.message}`)
  }

  #gone(racer: Racer): void {
    if (this.#switchedOffAt !== undefined && this.#sources.some((each) => each.racer === racer)) return
    this.#failure ??= new ShoalError('internal', `the process of ${racer.id} ended`)
  }

  async #untilOver(): Promise<void> {
    const { signal } = this.#init
    let nextLive = 0
    while (!this.#peers.every(({ recorder }) => recorder.completeAt !== undefined)) {
      await sleep(SAMPLE_MS, { signal, clock: this.#clock })
      if (this.#failure && this.#switchedOffAt === undefined) throw this.#failure
      this.#processor.push({ t: this.#now(), ...processorTimes() })
      this.#maybeSwitchOff()
      if (this.#isStalled()) return
      if (this.#now() * 1000 < nextLive) continue
      nextLive = this.#now() * 1000 + LIVE_MS
      this.#init.onLive(this.live())
    }
    this.#processor.push({ t: this.#now(), ...processorTimes() })
    this.#init.onLive(this.live())
  }

  #maybeSwitchOff(): void {
    const { switchOffAt, size } = this.#init.spec
    if (switchOffAt === undefined || this.#switchedOffAt !== undefined) return
    const sent = this.#sources.reduce((sum, { recorder }) => sum + (recorder.last?.payloadSent ?? 0), 0)
    if (sent < switchOffAt * size) return
    this.#switchedOffAt = this.#now()
    for (const { racer } of this.#sources) racer.kill()
  }

  #isStalled(): boolean {
    const held = this.#peers.reduce((sum, { recorder }) => sum + heldOf(recorder), 0)
    const now = this.#now()
    if (held > this.#heldBefore) {
      this.#heldBefore = held
      this.#lastProgressAt = now
    }
    const patience = this.#switchedOffAt === undefined ? STALL_MS : STALL_AFTER_OFF_MS
    return (now - Math.max(this.#lastProgressAt, this.#switchedOffAt ?? 0)) * 1000 > patience
  }

  async #finish(): Promise<void> {
    const running = [...this.#sources, ...this.#peers].filter(({ racer }) => racer.isRunning)
    await Promise.all(
      running.map(async ({ racer }) => {
        const finished = racer.next('finished', { signal: this.#init.signal })
        racer.order({ do: 'finish' })
        await finished.catch((error: unknown) => {
          // A downloader that waits for a source switched off may end with an error of its own.
          if (this.#switchedOffAt === undefined || isShoalError(error, 'cancelled')) throw error
        })
      }),
    )
  }

  #measured(ended: number): Measured {
    const peers = this.#peers.map(({ recorder }) => recorder.trace())
    const isComplete = peers.every(({ completeAt }) => completeAt !== undefined)
    return {
      mode: this.#init.mode,
      size: this.#init.spec.size,
      seconds: isComplete ? Math.max(...peers.map(({ completeAt }) => completeAt!)) : ended,
      isComplete,
      sources: this.#sources.map(({ recorder }) => recorder.trace()),
      peers,
      processor: this.#processor,
      switchedOffAt: this.#switchedOffAt,
    }
  }

  live(): Pick<RaceLive, 'phase' | 'seconds' | 'sourceBytes' | 'givers' | 'peers'> {
    const all = [...this.#sources, ...this.#peers]
    return {
      phase: 'running',
      seconds: this.#now(),
      sourceBytes: this.#sources.reduce((sum, { recorder }) => sum + (recorder.last?.sent ?? 0), 0),
      givers: all.map(({ recorder }, i) => ({
        id: recorder.id,
        name: recorder.name,
        isSource: i < this.#sources.length,
      })),
      peers: this.#peers.map(({ recorder }) => ({
        id: recorder.id,
        name: recorder.name,
        bytes: all.map((giver) => recorder.last?.held[giver.recorder.giverKey] ?? 0),
        seconds: recorder.completeAt ?? null,
      })),
    }
  }

  #now(): number {
    return (performance.timeOrigin + this.#clock.now() - this.#startedAt) / 1000
  }
}

function heldOf(recorder: Recorder): number {
  return Object.values(recorder.last?.held ?? {}).reduce((sum, bytes) => sum + bytes, 0)
}

/** Servers are told apart by their origin. */
function keyOf(offer: Offer | null): string {
  return offer?.is === 'server' ? offer.origin : ''
}
