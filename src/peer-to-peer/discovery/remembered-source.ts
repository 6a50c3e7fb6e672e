import { errorMessage, type Clock, type Logger } from '../../base/index.ts'
import { BaseSource } from './base-source.ts'
import {
  MAX_ADDRESSES,
  MAX_REMEMBERED,
  MAX_REMEMBERED_TEXT,
  REMEMBER_AGAIN_MS,
  REMEMBER_FOR_MS,
} from './limits.ts'
import { parseMultiaddr, parsePeerId, withoutPeerId } from './multiaddrs.ts'
import type { FactStore } from '../../store/types.ts'
import type { PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

const PREFIX = 'peer/'

interface Remembered {
  /** Milliseconds since 1970. */
  seenAt: number
  addresses: string[]
}

/** Peers met before, offered once at the start. Few, aged, and checked like anything from outside: disks are edited too. */
export class RememberedSource extends BaseSource {
  readonly kind = 'remembered'
  readonly #facts: FactStore
  readonly #clock: Clock
  readonly #log: Logger

  constructor(options: { facts: FactStore; clock: Clock; log: Logger }) {
    super()
    this.#facts = options.facts
    this.#clock = options.clock
    this.#log = options.log
  }

  /** Keeps the addresses of a peer that was met. */
  remember(peerId: PeerId, multiaddrs: readonly Multiaddr[]): void {
    if (multiaddrs.length === 0) return
    this.#guarded(() => {
      const key = PREFIX + peerId.toString()
      const known = this.#read(key)
      const addresses = multiaddrs.slice(0, MAX_ADDRESSES).map((each) => withoutPeerId(each).toString())
      const now = this.#clock.wallNow()
      const same = known && JSON.stringify(known.addresses) === JSON.stringify(addresses)
      if (same && now - known.seenAt < REMEMBER_AGAIN_MS) return
      this.#facts.set(key, JSON.stringify({ seenAt: now, addresses } satisfies Remembered))
      if (!known) this.#forgetOldest()
    })
  }

  protected onStart(): void {
    this.#guarded(() => {
      for (const key of this.#facts.keys(PREFIX)) this.#offer(key)
    })
  }

  protected onStop(): void {}

  #offer(key: string): void {
    const peerId = parsePeerId(key.slice(PREFIX.length))
    const known = this.#read(key)
    if (!peerId || !known || this.#clock.wallNow() - known.seenAt > REMEMBER_FOR_MS)
      return this.#facts.delete(key)
    this.found({ peerId, multiaddrs: known.addresses.flatMap((text) => parseMultiaddr(text) ?? []) })
  }

  #forgetOldest(): void {
    const all = this.#facts.keys(PREFIX).map((key) => ({ key, seenAt: this.#read(key)?.seenAt ?? 0 }))
    all.sort((a, b) => b.seenAt - a.seenAt)
    for (const { key } of all.slice(MAX_REMEMBERED)) this.#facts.delete(key)
  }

  #read(key: string): Remembered | undefined {
    const text = this.#facts.get(key)
    if (text === undefined || text.length > MAX_REMEMBERED_TEXT) return undefined
    try {
      const value = JSON.parse(text) as Partial<Remembered> | null
      if (typeof value?.seenAt !== 'number' || !Array.isArray(value.addresses)) return undefined
      const addresses = value.addresses.filter((each): each is string => typeof each === 'string')
      return { seenAt: value.seenAt, addresses: addresses.slice(0, MAX_ADDRESSES) }
    } catch {
      return undefined
    }
  }

  /** Remembering is a convenience: a full or broken disk must not stop discovery. */
  #guarded(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#log.warn('remembered peers cannot be read or written', { error: errorMessage(error) })
      this.setState({ is: 'failed', detail: { is: 'no-memory' } })
    }
  }
}
