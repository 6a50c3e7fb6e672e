import type { LookupFunction } from 'node:net'
import type { CID } from 'multiformats/cid'
import { errorMessage, ShoalError, type Clock, type Random } from '../../../base/index.ts'
import {
  CLIENT_BATCH,
  DEFAULT_LIFETIME_MS,
  PROBE_EVERY_MS,
  RENEW_AFTER,
  REQUEST_TIMEOUT_MS,
  RETRY_FIRST_MS,
  RETRY_MAX_MS,
  SEEK_AT_MS,
  SEEK_EVERY_MS,
  WITHDRAW_TIMEOUT_MS,
} from '../limits.ts'
import type { Provider } from '../tracker.ts'
import { formatAnnounce, parseProviders, parseResults, PROVIDERS_PATH, TRACKER_HEADER } from '../wire.ts'
import type { TrackerState } from './peer-source.ts'
import { TrackerConnection, type TrackerAnswer } from './request.ts'

/** How one tracker fares. */
export type LinkState = Exclude<TrackerState, { is: 'off' }>

/** What a link asks of the client it belongs to. */
export interface LinkHooks {
  /** Signs that this laptop is a member (or, with `withdraw`, is not any more), by the tracker's clock. */
  sign(key: CID, tracker: string, expires: number, withdraw: boolean): Promise<Uint8Array>
  onProviders(key: CID, providers: readonly Provider[]): void
  onState(): void
}

interface Task {
  readonly key: CID
  dueAt: number
}

interface Search extends Task {
  tries: number
}

/** A key nobody announces: asked for to learn whether the tracker is there. */
const PROBE = 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku'

/** What one client does at one tracker: renews its announcements, repeats its searches, waits while it is away. */
export class TrackerLink {
  readonly url: string
  readonly #clock: Clock
  readonly #random: Random
  readonly #hooks: LinkHooks
  readonly #connection: TrackerConnection
  readonly #announcements = new Map<string, Task>()
  readonly #searches = new Map<string, Search>()
  readonly #stopped = new AbortController()
  #state: LinkState = { is: 'starting' }
  #pause = RETRY_FIRST_MS
  #notBefore = 0
  /** When it is to be asked for nothing, only to hear from it; at once in the beginning. */
  #probeAt = 0
  #isRunning = false
  #cancelTimer = (): void => {}
  /** The tracker's clock minus ours, and which run of it we spoke to. */
  #clockOffset = 0
  #instance: string | undefined

  constructor(
    url: string,
    options: { clock: Clock; random: Random; hooks: LinkHooks; lookup?: LookupFunction | undefined },
  ) {
    this.url = url.replace(/\/$/, '')
    this.#clock = options.clock
    this.#random = options.random
    this.#hooks = options.hooks
    this.#connection = new TrackerConnection(this.url, options.clock, options.lookup)
  }

  get state(): LinkState {
    return this.#state
  }

  seek(key: CID): void {
    this.#searches.set(key.toString(), { key, dueAt: this.#clock.now(), tries: 0 })
    this.wake()
  }

  stopSeeking(key: CID): void {
    this.#searches.delete(key.toString())
  }

  announce(key: CID): void {
    this.#announcements.set(key.toString(), { key, dueAt: this.#clock.now() })
    this.wake()
  }

  withdraw(key: CID): void {
    if (!this.#announcements.delete(key.toString()) || this.#state.is !== 'on') return
    void this.#withdrawAll([key]).catch(() => {})
  }

  /** Announces everything anew: this laptop's addresses have changed. */
  renewAll(): void {
    for (const task of this.#announcements.values()) task.dueAt = this.#clock.now()
    this.wake()
  }

  /** Does what is due, now or when it may. */
  wake(): void {
    this.#cancelTimer()
    if (this.#stopped.signal.aborted || this.#isRunning) return
    const next = Math.max(this.#notBefore, this.#nextDue())
    if (next === Infinity) return
    this.#cancelTimer = this.#clock.after(Math.max(0, next - this.#clock.now()), () => void this.#run())
  }

  /** Withdraws what was announced, if the tracker answers at once. */
  async stop(): Promise<void> {
    this.#cancelTimer()
    this.#stopped.abort()
    const keys = [...this.#announcements.values()].map(({ key }) => key)
    this.#announcements.clear()
    this.#searches.clear()
    if (keys.length > 0 && this.#state.is === 'on') await this.#withdrawAll(keys).catch(() => {})
    this.#connection.close()
  }

  #nextDue(): number {
    const mustProbe = this.#probeAt === 0 || this.#announcements.size > 0
    let next = mustProbe ? this.#probeAt : Infinity
    for (const { dueAt } of this.#announcements.values()) next = Math.min(next, dueAt)
    for (const { dueAt } of this.#searches.values()) next = Math.min(next, dueAt)
    return next
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    try {
      await this.#announceDue()
      await this.#seekDue()
      if (this.#probeAt <= this.#clock.now()) await this.#lookUp(PROBE)
      this.#succeed()
    } catch (error) {
      if (!this.#stopped.signal.aborted) this.#fail(error)
    } finally {
      this.#isRunning = false
      this.wake()
    }
  }

  #succeed(): void {
    this.#pause = RETRY_FIRST_MS
    this.#setState({ is: 'on' })
  }

  #fail(error: unknown): void {
    this.#notBefore = this.#clock.now() + this.#pause * (0.5 + this.#random.next())
    this.#pause = Math.min(2 * this.#pause, RETRY_MAX_MS)
    this.#probeAt = 0
    this.#setState({ is: 'failed', detail: { is: 'error', message: errorMessage(error) } })
  }

  #setState(state: LinkState): void {
    const changed = JSON.stringify(state) !== JSON.stringify(this.#state)
    this.#state = state
    if (changed) this.#hooks.onState()
  }

  async #announceDue(): Promise<void> {
    for (;;) {
      const now = this.#clock.now()
      const due = [...this.#announcements.values()].filter(({ dueAt }) => dueAt <= now).slice(0, CLIENT_BATCH)
      if (due.length === 0) return
      const results = await this.#announceKeys(due.map(({ key }) => key))
      const jitter = 0.9 + 0.2 * this.#random.next()
      for (const task of due) task.dueAt = this.#clock.now() + DEFAULT_LIFETIME_MS * RENEW_AFTER * jitter
      const refused = results.find((result) => result !== 'accepted')
      if (refused) throw new ShoalError('server-refused', `the tracker refuses announcements (${refused})`)
    }
  }

  /** Once more when only the clocks differed: the first answer told the tracker's time. */
  async #announceKeys(keys: readonly CID[]): Promise<readonly string[]> {
    const offset = this.#clockOffset
    const results = await this.#put(keys, false, REQUEST_TIMEOUT_MS)
    const isAboutTime = results.some((result) => result === 'expired' || result === 'expires-too-late')
    if (!isAboutTime || offset === this.#clockOffset) return results
    return this.#put(keys, false, REQUEST_TIMEOUT_MS)
  }

  async #withdrawAll(keys: readonly CID[]): Promise<void> {
    for (let at = 0; at < keys.length; at += CLIENT_BATCH) {
      await this.#put(keys.slice(at, at + CLIENT_BATCH), true, WITHDRAW_TIMEOUT_MS)
    }
  }

  async #put(keys: readonly CID[], withdraw: boolean, timeoutMs: number): Promise<readonly string[]> {
    const expires = Math.round(this.#clock.wallNow() + this.#clockOffset + DEFAULT_LIFETIME_MS)
    const signed = keys.map((key) => this.#hooks.sign(key, this.url, expires, withdraw))
    const answer = await this.#connection.send({
      method: 'PUT',
      url: this.url + PROVIDERS_PATH,
      body: formatAnnounce(await Promise.all(signed)),
      timeoutMs,
      signal: withdraw ? undefined : this.#stopped.signal,
    })
    this.#learn(answer)
    return parseResults(answer.text)
  }

  async #seekDue(): Promise<void> {
    const now = this.#clock.now()
    for (const [text, search] of this.#searches) {
      if (search.dueAt > now) continue
      const providers = await this.#lookUp(text)
      const step = (SEEK_AT_MS[search.tries + 1] ?? Infinity) - (SEEK_AT_MS[search.tries] ?? 0)
      search.tries++
      search.dueAt = this.#clock.now() + Math.min(step, SEEK_EVERY_MS)
      if (providers.length > 0) this.#hooks.onProviders(search.key, providers)
    }
  }

  async #lookUp(key: string): Promise<readonly Provider[]> {
    const answer = await this.#connection.send({
      method: 'GET',
      url: `${this.url}${PROVIDERS_PATH}/${key}`,
      timeoutMs: REQUEST_TIMEOUT_MS,
      signal: this.#stopped.signal,
    })
    this.#learn(answer)
    // Servers of this API may answer so when they know nobody.
    if (answer.status === 404) return []
    if (answer.status !== 200) {
      throw new ShoalError('server-refused', `the tracker refuses look-ups (status ${answer.status})`)
    }
    return parseProviders(answer.text)
  }

  /** Another run of the tracker knows nothing of what was announced to the last one. */
  #learn({ headers }: TrackerAnswer): void {
    this.#probeAt = this.#clock.now() + PROBE_EVERY_MS
    const match = /^([0-9a-f]{8}); time=(\d{1,15})$/.exec(String(headers[TRACKER_HEADER.toLowerCase()] ?? ''))
    if (!match) return
    const [, instance, time] = match
    const isNew = this.#instance !== undefined && this.#instance !== instance
    this.#instance = instance
    this.#clockOffset = Number(time) - this.#clock.wallNow()
    if (isNew) for (const task of this.#announcements.values()) task.dueAt = 0
  }
}
