import type { PrivateKey } from '@libp2p/interface'
import {
  Emitter,
  errorMessage,
  ShoalError,
  withDeadline,
  type AbortOptions,
  type Clock,
  type Logger,
  type Random,
  type Startable,
} from '../../base/index.ts'
import { MAX_SIGNED_ADDRESSES } from '../../content/index.ts'
import {
  FIND_TIMEOUT_MS,
  LIFETIME_MS,
  MAX_PUT_OFF_MS,
  MAX_STEPS,
  PUT_AFTER_MS,
  PUT_TIMEOUT_MS,
  RENEW_MS,
} from './limits.ts'
import { mostBelieved, type RecordRules } from './record-rules.ts'
import { nameKey, openName, signName, type OwnedNameRecord } from './name-record.ts'

/** One message of a walk through the DHT. */
export type DhtStep =
  | { readonly is: 'asked'; readonly peer: string }
  /** It told of peers closer to the key, and of the value if it keeps one. */
  | {
      readonly is: 'answered'
      readonly peer: string
      readonly closer: readonly string[]
      readonly value?: Uint8Array
    }
  | { readonly is: 'failed'; readonly peer: string }
  /** At the end: what was chosen of all, our own copy included. */
  | { readonly is: 'chosen'; readonly value: Uint8Array }

/** The DHT as a place for values. */
export interface DhtValues {
  /** How many laptops keep the value now. */
  put(key: Uint8Array, value: Uint8Array, options: { signal: AbortSignal }): Promise<number>
  get(key: Uint8Array, options: { signal: AbortSignal }): AsyncIterable<DhtStep>
  tableSize(): number
  onPeerAdded(listener: () => void): () => void
}

/** A step of a look-up and when it was taken, milliseconds after its start. */
export interface TimedStep {
  readonly is: 'asked' | 'answered' | 'failed'
  readonly peer: string
  /** Peers it told of that are closer to the key. */
  readonly closer: number
  /** Questions one after the other that it took to get here: 1 for a peer known from the start, one more for each that told of the next. */
  readonly hop: number
  /** It keeps the record. */
  readonly has: boolean
  readonly at: number
}

export interface NameLookup {
  readonly record: OwnedNameRecord | undefined
  readonly steps: readonly TimedStep[]
  /** Questions sent. */
  readonly messages: number
  readonly ms: number
}

export type PublishState =
  | { readonly is: 'off' }
  /** Nobody to keep it yet. */
  | { readonly is: 'alone' }
  | { readonly is: 'putting' }
  | { readonly is: 'put'; readonly label: string; readonly keepers: number }
  | { readonly is: 'failed'; readonly why: string }

export interface NameDirectoryInit {
  readonly dht: DhtValues
  /** Those the DHT was made with. */
  readonly rules: Pick<RecordRules, 'keep'>
  readonly privateKey: PrivateKey
  /** This laptop's label and where it listens; asked each time the record is put. */
  readonly self: () => { readonly label: string | undefined; readonly addresses: readonly string[] }
  /** Something large is being sent or fetched: what can wait waits. */
  readonly isBusy?: () => boolean
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}

/** Names among peers: this laptop's record, signed and kept by those whose ids are closest to its key, and look-ups of others'. */
export class NameDirectory implements Startable {
  readonly events = new Emitter<{ state: PublishState }>()
  readonly #init: NameDirectoryInit
  readonly #stops: (() => void)[] = []
  #state: PublishState = { is: 'off' }
  /** The next time it is put, by the clock. */
  #due: { readonly at: number; readonly cancel: () => void } | undefined
  /** Before it is put again because neighbours came. Milliseconds. */
  #pause = PUT_AFTER_MS
  #work: Promise<void> = Promise.resolve()
  #controller = new AbortController()

  constructor(init: NameDirectoryInit) {
    this.#init = init
  }

  get state(): PublishState {
    return this.#state
  }

  async start(): Promise<void> {
    const { dht, clock } = this.#init
    this.#stops.push(dht.onPeerAdded(() => this.#grown()))
    this.#stops.push(clock.every(RENEW_MS, () => this.changed()))
    this.#set({ is: 'alone' })
    this.changed()
  }

  async stop(): Promise<void> {
    this.#controller.abort(new ShoalError('cancelled', 'the names end'))
    for (const stop of this.#stops.splice(0)) stop()
    this.#due?.cancel()
    await this.#work
    this.#set({ is: 'off' })
    this.events.clear()
  }

  /** Our name or our addresses are others: the record is put again soon. */
  changed(): void {
    this.#pause = PUT_AFTER_MS
    this.#putWithin(PUT_AFTER_MS)
  }

  /** Some of the new neighbours may have to keep the record. */
  #grown(): void {
    if (this.#due) return
    this.#putWithin(this.#pause)
    this.#pause = Math.min(2 * this.#pause, RENEW_MS)
  }

  #putWithin(ms: number): void {
    const { clock, random } = this.#init
    const wait = ms * (1 + random.next() / 2)
    const at = clock.now() + wait
    if (this.#controller.signal.aborted || (this.#due && this.#due.at <= at)) return
    this.#due?.cancel()
    this.#wait(wait, at)
  }

  /** @param due when it was to be put before something else came first. */
  #wait(ms: number, due: number): void {
    const { clock } = this.#init
    this.#due = { at: clock.now() + ms, cancel: clock.after(ms, () => this.#putUnlessBusy(due)) }
  }

  #putUnlessBusy(due: number): void {
    const { clock, isBusy = () => false } = this.#init
    if (isBusy() && clock.now() < due + MAX_PUT_OFF_MS) return this.#wait(PUT_AFTER_MS, due)
    this.#due = undefined
    void this.publish()
  }

  /** Puts the record now and tells what came of it. */
  async publish(): Promise<PublishState> {
    this.#work = this.#work.then(() => this.#publish())
    await this.#work
    return this.#state
  }

  /** Looks a label up. Throws `timeout` or the signal's reason; nobody having it is no error. */
  async find(label: string, { signal }: AbortOptions = {}): Promise<NameLookup> {
    const { clock, dht } = this.#init
    const started = clock.now()
    const steps: TimedStep[] = []
    let messages = 0
    const values: Uint8Array[] = []
    const hops = new Hops()
    const walk = async (inner: AbortSignal): Promise<void> => {
      for await (const step of dht.get(nameKey(label), { signal: inner })) {
        if (step.is === 'asked') messages++
        if (step.is === 'chosen') {
          if (values.length === 0) values.push(step.value)
          continue
        }
        const answer = step.is === 'answered' ? step : undefined
        const hop = hops.of(step.peer)
        if (answer) hops.told(answer.closer, hop)
        if (answer?.value) values.push(answer.value)
        if (steps.length >= MAX_STEPS) continue
        const { is, peer } = step
        steps.push({
          is,
          peer,
          closer: answer?.closer.length ?? 0,
          hop,
          has: answer?.value !== undefined,
          at: clock.now() - started,
        })
      }
    }
    // Alone there is nobody to ask, and the library would wait for somebody.
    if (dht.tableSize() > 0) await withDeadline(FIND_TIMEOUT_MS, 'the look-up', walk, { signal, clock })
    const best = values[mostBelieved(values)]
    const record = best && (await openName(best).catch(() => undefined))
    return { record, steps, messages, ms: clock.now() - started }
  }

  async #publish(): Promise<void> {
    const { dht, rules, privateKey, self, clock, log } = this.#init
    const { label, addresses } = self()
    if (dht.tableSize() === 0 || label === undefined) return this.#set({ is: 'alone' })
    this.#set({ is: 'putting' })
    try {
      const now = clock.wallNow()
      const record = {
        label,
        sequence: now,
        expires: now + LIFETIME_MS,
        addresses: addresses.slice(0, MAX_SIGNED_ADDRESSES),
      }
      const bytes = await signName(record, privateKey)
      await rules.keep(nameKey(label), bytes)
      const put = (signal: AbortSignal): Promise<number> => dht.put(nameKey(label), bytes, { signal })
      const keepers = await withDeadline(PUT_TIMEOUT_MS, 'putting the name', put, {
        signal: this.#controller.signal,
        clock,
      })
      this.#set({ is: 'put', label, keepers })
    } catch (error) {
      log.debug('the name could not be put', { why: errorMessage(error) })
      this.#set({ is: 'failed', why: errorMessage(error) })
    }
  }

  #set(state: PublishState): void {
    this.#state = state
    this.events.emit('state', state)
  }
}

/** How far from the one who asks each peer is, in questions one after the other. */
class Hops {
  readonly #known = new Map<string, number>()

  of(peer: string): number {
    const hop = this.#known.get(peer) ?? 1
    this.#known.set(peer, hop)
    return hop
  }

  told(closer: readonly string[], hop: number): void {
    for (const peer of closer) if (!this.#known.has(peer)) this.#known.set(peer, hop + 1)
  }
}
