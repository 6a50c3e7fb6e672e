import {
  Allowances,
  isShoalError,
  systemRandom,
  type Clock,
  type Random,
  type Startable,
} from '../../base/index.ts'
import { openAnnouncement, type UncheckedAnnouncement } from './announcement.ts'
import {
  ANNOUNCES_AT_ONCE,
  ANNOUNCES_PER_SECOND,
  CLOCK_SLACK_MS,
  LOOKUPS_AT_ONCE,
  LOOKUPS_PER_SECOND,
  MAX_ENTRIES,
  MAX_LIFETIME_MS,
  MAX_PROVIDERS,
  MAX_RATED,
  PEER_ANNOUNCES_AT_ONCE,
  PEER_ANNOUNCES_PER_SECOND,
  SWEEP_EVERY_MS,
} from './limits.ts'
import { AnnouncementTable } from './table.ts'

/** Why an announcement is not taken. */
export type Refusal =
  | 'malformed'
  /** The signature is not the peer's, or something was altered. */
  | 'forged'
  /** Meant for another tracker. */
  | 'other-tracker'
  | 'expired'
  /** Would live longer than is allowed: maybe the clocks differ. */
  | 'expires-too-late'
  /** Not newer than what this peer said before. */
  | 'replayed'
  | 'rate-limited'

export type AnnounceResult =
  | { readonly is: 'accepted'; readonly lifetimeMs: number }
  | { readonly is: 'refused'; readonly refusal: Refusal }

/** A member of a share, as a look-up tells it. */
export interface Provider {
  readonly peer: string
  readonly addresses: readonly string[]
}

export interface TrackerInit {
  readonly clock: Clock
  readonly random?: Random | undefined
  /** Every URL by which this tracker is reached, without a slash at the end; asked on each announcement. */
  readonly urls: () => Iterable<string>
  readonly maxEntries?: number | undefined
}

export interface TrackerCounts {
  readonly entries: number
  readonly keys: number
  readonly peers: number
  readonly accepted: number
  readonly lookups: number
  readonly refused: Readonly<Partial<Record<Refusal, number>>>
}

/**
 * Knows which peers are members of which shares, by discovery key: addresses, never content. Each announcement is
 * signed by its peer for this tracker, so nobody can announce for another, here or elsewhere, now or later. It is in
 * memory alone: after a restart an announcement that has not expired may be said once more, and was true.
 */
export class Tracker implements Startable {
  readonly #clock: Clock
  readonly #urls: () => Iterable<string>
  readonly #table: AnnouncementTable
  readonly #announces: Allowances
  readonly #peerAnnounces: Allowances
  readonly #lookups: Allowances
  readonly #refused: Partial<Record<Refusal, number>> = {}
  #accepted = 0
  #asked = 0
  #stopSweeping = (): void => {}

  constructor({ clock, random = systemRandom, urls, maxEntries = MAX_ENTRIES }: TrackerInit) {
    this.#clock = clock
    this.#urls = urls
    this.#table = new AnnouncementTable(maxEntries, random)
    this.#announces = new Allowances(
      clock,
      { atOnce: ANNOUNCES_AT_ONCE, perSecond: ANNOUNCES_PER_SECOND },
      MAX_RATED,
    )
    this.#peerAnnounces = new Allowances(
      clock,
      { atOnce: PEER_ANNOUNCES_AT_ONCE, perSecond: PEER_ANNOUNCES_PER_SECOND },
      MAX_RATED,
    )
    this.#lookups = new Allowances(
      clock,
      { atOnce: LOOKUPS_AT_ONCE, perSecond: LOOKUPS_PER_SECOND },
      MAX_RATED,
    )
  }

  async start(): Promise<void> {
    this.#stopSweeping()
    this.#stopSweeping = this.#clock.every(
      SWEEP_EVERY_MS,
      () => void this.#table.sweep(this.#clock.wallNow()),
    )
  }

  async stop(): Promise<void> {
    this.#stopSweeping()
  }

  get counts(): TrackerCounts {
    const { size: entries, keys, peers } = this.#table
    return {
      entries,
      keys,
      peers,
      accepted: this.#accepted,
      lookups: this.#asked,
      refused: { ...this.#refused },
    }
  }

  /** Takes a signed announcement that came from a network address. Never throws for what is in it. */
  async announce(envelope: Uint8Array, source: string): Promise<AnnounceResult> {
    const refusal = await this.#tryAnnounce(envelope, source)
    if (typeof refusal !== 'string') return refusal
    this.#refused[refusal] = (this.#refused[refusal] ?? 0) + 1
    return { is: 'refused', refusal }
  }

  /** Members of the share with this discovery key; undefined when that address asks too often. */
  providers(key: Uint8Array, source: string, limit = MAX_PROVIDERS): readonly Provider[] | undefined {
    if (!this.#lookups.take(source)) return undefined
    this.#asked++
    const now = this.#clock.wallNow()
    const entries = this.#table.sample(
      textOf(key),
      Math.min(limit, MAX_PROVIDERS),
      ({ expires, addresses }) => expires > now && addresses !== '',
    )
    return entries.map(({ peer, addresses }) => ({ peer, addresses: addresses.split('\n') }))
  }

  /** What is cheap to find out comes first; the signature costs most. */
  async #tryAnnounce(envelope: Uint8Array, source: string): Promise<Refusal | AnnounceResult> {
    if (!this.#announces.take(source)) return 'rate-limited'
    const announcement = open(envelope)
    if (!announcement) return 'malformed'
    const fault = this.#fault(announcement)
    if (fault) return fault
    if (!(await announcement.isSigned())) return 'forged'
    if (!this.#peerAnnounces.take(announcement.peer)) return 'rate-limited'
    // Again: others may have come while the signature was checked.
    return this.#fault(announcement) ?? this.#keep(announcement, source)
  }

  #fault({ tracker, expires, key, peer, sequence }: UncheckedAnnouncement): Refusal | undefined {
    const now = this.#clock.wallNow()
    if (!this.#isMine(tracker)) return 'other-tracker'
    if (expires <= now) return 'expired'
    if (expires > now + MAX_LIFETIME_MS + CLOCK_SLACK_MS) return 'expires-too-late'
    const known = this.#table.get(textOf(key), peer)
    return known && known.forgetAt > now && sequence <= known.sequence ? 'replayed' : undefined
  }

  #isMine(tracker: string): boolean {
    for (const url of this.#urls()) if (url === tracker) return true
    return false
  }

  #keep({ key, peer, sequence, expires, addresses }: UncheckedAnnouncement, source: string): AnnounceResult {
    const text = textOf(key)
    const known = this.#table.get(text, peer)
    const forgetAt = Math.max(expires, known?.forgetAt ?? 0)
    this.#table.put({ key: text, peer, source, sequence, expires, forgetAt, addresses: addresses.join('\n') })
    this.#accepted++
    return { is: 'accepted', lifetimeMs: expires - this.#clock.wallNow() }
  }
}

function open(envelope: Uint8Array): UncheckedAnnouncement | undefined {
  try {
    return openAnnouncement(envelope)
  } catch (error) {
    if (isShoalError(error)) return undefined
    throw error
  }
}

/** One character a byte: half the memory of hexadecimal. */
function textOf(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1')
}
