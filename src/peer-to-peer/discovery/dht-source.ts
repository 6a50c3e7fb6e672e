import { errorMessage, withDeadline, type Clock, type Logger, type Random } from '../../base/index.ts'
import { BaseSource } from './base-source.ts'
import * as limits from './limits.ts'
import { Repeater } from './repeater.ts'
import type { AnnounceOptions, SeekOptions } from './peer-source.ts'
import type { PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { CID } from 'multiformats/cid'

/** What discovery needs of the DHT. */
export interface DhtRouting {
  /** Puts a provider record with the peers closest to the key. May hang until its signal when nobody is there. */
  provide(key: CID, options: { signal: AbortSignal }): Promise<void>
  /** Stops renewing the record. */
  withdraw(key: CID): Promise<void>
  findProviders(
    key: CID,
    options: { signal: AbortSignal },
  ): AsyncIterable<{ id: PeerId; multiaddrs: readonly Multiaddr[] }>
  tableSize(): number
  /** Calls the listener when the routing table gained a peer. */
  onPeerAdded(listener: () => void): () => void
}

/**
 * Provider records in the Kademlia DHT (Maymounkov & Mazières 2002). A record is announced again whenever the routing
 * table grows, because the first announcement of a laptop that just arrived reaches nobody; look-ups begin at once, are
 * repeated at growing intervals, and follow the table's growth too.
 */
export class DhtSource extends BaseSource {
  readonly kind = 'dht'
  readonly #dht: DhtRouting
  readonly #clock: Clock
  readonly #random: Random
  readonly #log: Logger
  readonly #announced = new Set<Task>()
  readonly #sought = new Set<Task>()
  #providing = 0
  readonly #waiting: (() => void)[] = []
  #unlisten = (): void => {}

  constructor(options: { dht: DhtRouting; clock: Clock; random: Random; log: Logger }) {
    super()
    this.#dht = options.dht
    this.#clock = options.clock
    this.#random = options.random
    this.#log = options.log
  }

  announce(key: CID, { isUrgent = true }: AnnounceOptions = {}): () => void {
    const task = this.#task(key, (signal) => this.#provide(key, signal))
    this.#announced.add(task)
    const begin = (): void => {
      task.isDue = true
      if (!this.#isAlone()) task.repeater.trigger()
    }
    if (isUrgent) begin()
    else {
      const wait = limits.PROVIDE_WITH_HINTS_MS + this.#random.next() * limits.PROVIDE_SPREAD_MS
      task.cancels.push(this.#clock.after(wait, begin))
    }
    return () => {
      this.#announced.delete(task)
      task.end()
      const stillAnnounced = [...this.#announced].some((other) => other.key.equals(key))
      if (!stillAnnounced)
        this.#dht.withdraw(key).catch((error: unknown) => this.#report('withdrawing', error))
    }
  }

  /** Whoever has a hint has somebody to ask: the DHT is then asked later, since a look-up speaks to everybody. */
  seek(key: CID, { hints = [], hasMembers = () => false }: SeekOptions = {}): () => void {
    const task = this.#task(key, (signal) => this.#find(key, signal))
    this.#sought.add(task)
    const look = (): void => {
      task.isDue = true
      void task.repeater.runNow()
    }
    const lookIfNobody = (): void => {
      if (!hasMembers()) look()
    }
    const at = hints.length > 0 ? limits.FIND_AT_WITH_HINTS_MS : limits.FIND_AT_MS
    for (const ms of at) task.cancels.push(this.#clock.after(ms, lookIfNobody))
    let turn = this.#random.below(limits.FIND_SELDOM)
    let cancelLook = (): void => {}
    const lookAgain = (): void => {
      const isTurn = ++turn % limits.FIND_SELDOM === 0
      if (!hasMembers()) return look()
      if (isTurn) cancelLook = this.#clock.after(this.#random.next() * limits.FIND_EVERY_MS, look)
    }
    task.cancels.push(this.#clock.every(limits.FIND_EVERY_MS, lookAgain), () => cancelLook())
    return () => {
      this.#sought.delete(task)
      task.end()
    }
  }

  protected onStart(): void {
    this.#unlisten = this.#dht.onPeerAdded(() => this.#grown())
    this.#grown()
  }

  protected onStop(): void {
    this.#unlisten()
    for (const task of [...this.#announced, ...this.#sought]) task.end()
    this.#announced.clear()
    this.#sought.clear()
  }

  #task(key: CID, work: (signal: AbortSignal) => Promise<void>): Task {
    const repeater = new Repeater({
      clock: this.#clock,
      firstDelayMs: limits.PROVIDE_COALESCE_MS,
      maxDelayMs: limits.PROVIDE_COALESCE_MAX_MS,
      work,
    })
    const cancels: (() => void)[] = []
    const end = (): void => {
      repeater.stop()
      for (const cancel of cancels) cancel()
    }
    return { key, repeater, cancels, end, isDue: false }
  }

  #grown(): void {
    const size = this.#dht.tableSize()
    this.setState({ is: 'on', detail: { is: 'table', peers: size } })
    if (size === 0) return
    for (const task of [...this.#announced, ...this.#sought]) if (task.isDue) task.repeater.trigger()
  }

  #isAlone(): boolean {
    return this.state.is === 'off' || this.#dht.tableSize() === 0
  }

  async #provide(key: CID, outer: AbortSignal): Promise<void> {
    if (this.#isAlone()) return
    await this.#enter()
    try {
      await withDeadline(
        limits.PROVIDE_TIMEOUT_MS,
        'announcing in the DHT',
        (signal) => this.#dht.provide(key, { signal }),
        { signal: outer, clock: this.#clock },
      )
    } catch (error) {
      this.#report('announcing', error)
    } finally {
      this.#leave()
    }
  }

  async #find(key: CID, outer: AbortSignal): Promise<void> {
    // Alone, a look-up would only wait: the table's first peer starts one.
    if (this.#isAlone()) return
    try {
      await withDeadline(
        limits.FIND_TIMEOUT_MS,
        'a look-up in the DHT',
        (signal) => this.#collect(key, signal),
        { signal: outer, clock: this.#clock },
      )
    } catch (error) {
      this.#report('looking up', error)
    }
  }

  async #collect(key: CID, signal: AbortSignal): Promise<void> {
    let count = 0
    for await (const { id, multiaddrs } of this.#dht.findProviders(key, { signal })) {
      if (signal.aborted || ++count > limits.MAX_PROVIDERS) return
      this.found({ peerId: id, multiaddrs, key })
    }
  }

  /** At most MAX_PROVIDES at once, in the order they came. */
  async #enter(): Promise<void> {
    if (this.#providing >= limits.MAX_PROVIDES)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#providing++
  }

  #leave(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#providing--
  }

  // Neither the key nor the peer belongs into a log.
  #report(doing: string, error: unknown): void {
    this.#log.debug(`${doing} in the DHT failed`, { error: errorMessage(error) })
  }
}

interface Task {
  readonly key: CID
  readonly repeater: Repeater
  readonly cancels: (() => void)[]
  /** Its first run has come: from now on it follows the table's growth. */
  isDue: boolean
  end(): void
}
