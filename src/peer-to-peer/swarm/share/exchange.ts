import type { Libp2p, PeerId } from '@libp2p/interface'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import type { Multiaddr } from '@multiformats/multiaddr'
import { equalBytes, errorMessage, type Clock, type Logger } from '../../../base/index.ts'
import type { Link } from '../link/link.ts'
import {
  EXCHANGE_INTERVAL_MS,
  FIRST_EXCHANGES_MS,
  MAX_EXCHANGED_PEERS,
  LED_EXCHANGE,
  MAX_KNOWN_RECORDS,
  TRUSTING_EXCHANGES,
} from '../limits.ts'

export interface ExchangeInit {
  readonly libp2p: Libp2p
  readonly clock: Clock
  readonly log: Logger
  readonly links: () => Iterable<Link>
  /** This node is a source of the share. */
  readonly isSource: () => boolean
  readonly isKnown: (peer: string) => boolean
  /** A member of the share, and the addresses it signed; none where it is connected already. */
  readonly onPeer: (peerId: PeerId, addresses: readonly Multiaddr[]) => void
}

interface OfItself {
  readonly said: Uint8Array | undefined
  readonly record: Promise<Uint8Array | undefined>
}

/** What one neighbour was told, and when it is told again. */
interface Told {
  /** Whom it knows: it was told of them, or told us. */
  readonly peers: Set<string>
  /** Of whom it told us; it tells all its neighbours the same. */
  readonly byIt: Set<string>
  round: number
  stop: () => void
  lastHeard: number
}

/**
 * Members of a share tell each other of the other members that proved themselves to them: signed peer records (libp2p
 * RFC 0003), so that nobody can lead us astray. Without it receivers that know only the source never meet.
 */
export class PeerExchange {
  readonly #init: ExchangeInit
  readonly #told = new Map<Link, Told>()
  /** What each neighbour said of itself, and that once it is checked: once, and told to all others. */
  readonly #records = new WeakMap<Link, OfItself>()
  /** Who signed each record that came: the same bytes come from everybody. */
  readonly #signers = new Map<string, PeerId>()

  constructor(init: ExchangeInit) {
    this.#init = init
  }

  joined(link: Link): void {
    const told: Told = {
      peers: new Set([link.peer]),
      byIt: new Set(),
      round: this.#isLed(link) ? LED_EXCHANGE : 0,
      stop: () => {},
      lastHeard: -Infinity,
    }
    this.#told.set(link, told)
    this.#tellLater(link, told)
  }

  left(link: Link): void {
    this.#told.get(link)?.stop()
    this.#told.delete(link)
  }

  /** Tells a peer once, for one that we cannot keep as a neighbour. */
  async farewell(link: Link): Promise<void> {
    await this.#send(link, new Set([link.peer]), () => false)
  }

  /** Records from a neighbour. Too many too often are not looked at: each costs a signature check. */
  async received(link: Link, records: readonly Uint8Array[]): Promise<void> {
    const told = this.#told.get(link)
    const now = this.#init.clock.now()
    if (!told || now - told.lastHeard < FIRST_EXCHANGES_MS[0] / 2) return
    told.lastHeard = now
    for (const record of records) await this.#take(record, told)
  }

  close(): void {
    for (const told of this.#told.values()) told.stop()
    this.#told.clear()
  }

  async #take(bytes: Uint8Array, told: Told): Promise<void> {
    const { libp2p, log, onPeer } = this.#init
    try {
      // Who is known already is not worth a signature check: several tell of each.
      const signer = this.#signerOf(bytes)
      const key = signer.toString()
      if (signer.equals(libp2p.peerId) || this.#init.isKnown(key)) return note(told, key)
      if (libp2p.getConnections(signer).length > 0) {
        // Who is connected needs no addresses, and is asked for proof whoever tells of him.
        note(told, key)
        return onPeer(signer, [])
      }
      const { multiaddrs } = await openRecord(bytes, signer)
      note(told, key)
      onPeer(signer, multiaddrs)
    } catch (error) {
      log.debug('peer record refused', { reason: errorMessage(error) })
    }
  }

  /** As the record says; nothing is proven by that. */
  #signerOf(bytes: Uint8Array): PeerId {
    const text = Buffer.from(bytes).toString('latin1')
    const known = this.#signers.get(text)
    if (known) return known
    const signer = peerIdFromPublicKey(RecordEnvelope.createFromProtobuf(bytes).publicKey)
    if (this.#signers.size >= MAX_KNOWN_RECORDS) this.#signers.clear()
    this.#signers.set(text, signer)
    return signer
  }

  async #tell(link: Link, told: Told): Promise<void> {
    const isTrusting = told.round <= TRUSTING_EXCHANGES
    await this.#send(link, told.peers, (other) => isTrusting && this.#isLeftToOthers(link, other))
    if (this.#told.get(link) === told) this.#tellLater(link, told)
  }

  #tellLater(link: Link, told: Told): void {
    const wait = FIRST_EXCHANGES_MS[told.round++] ?? EXCHANGE_INTERVAL_MS
    told.stop = this.#init.clock.after(wait, () => void this.#tell(link, told))
  }

  /** The others hear from a source sooner than from us. */
  #isLed(link: Link): boolean {
    return !this.#init.isSource() && [link, ...this.#told.keys()].some(({ isSource }) => isSource)
  }

  /**
   * Whoever told us of both tells them of each other: without this everybody tells everybody of everybody. Of several that
   * could leave it to one another the sources do it, or else the one with the smallest id.
   */
  #isLeftToOthers(a: Link, b: Link): boolean {
    for (const [link, { byIt }] of this.#told) {
      if (byIt.has(a.peer) && byIt.has(b.peer) && this.#precedesUs(link)) return true
    }
    return false
  }

  #precedesUs(link: Link): boolean {
    const [theirs, ours] = [link.isSource, this.#init.isSource()]
    return theirs === ours ? link.peer < this.#init.libp2p.peerId.toString() : theirs
  }

  async #send(link: Link, known: Set<string>, isLeft: (other: Link) => boolean): Promise<void> {
    const records: Uint8Array[] = []
    for (const other of [...this.#init.links()]) {
      if (records.length >= MAX_EXCHANGED_PEERS || known.size >= MAX_KNOWN_RECORDS) break
      if (known.has(other.peer) || other.phase.is !== 'active' || isLeft(other)) continue
      const record = await this.#recordOf(other)
      if (!record || known.has(other.peer)) continue
      known.add(other.peer)
      records.push(record)
    }
    if (records.length > 0 && link.isOpen) link.send({ is: 'peers', records })
  }

  /** What the peer said of itself, if it signed that. */
  #recordOf(link: Link): Promise<Uint8Array | undefined> {
    const said = link.phase.is === 'active' ? link.phase.introduction.record : undefined
    const known = this.#records.get(link)
    if (known && isSame(known.said, said)) return known.record
    const record = said ? this.#checked(said, link.peerId) : Promise.resolve(undefined)
    this.#records.set(link, { said, record })
    return record
  }

  async #checked(bytes: Uint8Array, peerId: PeerId): Promise<Uint8Array | undefined> {
    try {
      await openRecord(bytes, peerId)
      return bytes
    } catch (error) {
      this.#init.log.debug('peer record refused', { reason: errorMessage(error) })
      return undefined
    }
  }
}

function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && equalBytes(a, b))
}

/** A record whose peer signed it. Rejects for any other. */
async function openRecord(bytes: Uint8Array, peerId: PeerId): Promise<PeerRecord> {
  const { payload, publicKey } = await RecordEnvelope.openAndCertify(bytes, PeerRecord.DOMAIN)
  const record = PeerRecord.createFromProtobuf(payload)
  if (!record.peerId.equals(peerId) || !peerIdFromPublicKey(publicKey).equals(peerId)) {
    throw new Error('of one peer, signed by another')
  }
  return record
}

/** It knows this peer, since it told of it. */
function note(told: Told, peer: string): void {
  if (told.peers.size >= MAX_KNOWN_RECORDS) return
  told.peers.add(peer)
  told.byIt.add(peer)
}
