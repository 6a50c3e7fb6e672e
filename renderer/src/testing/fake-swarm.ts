import type { Random } from '../../../src/base/random.ts'
import { shuffle } from '../../../src/base/random.ts'
import type { Share, ShareDetail, SwarmPeer } from '../../../src/contract/index.ts'
import { fakePeerId, PEOPLE } from './fake-people.ts'

const ME = 0
const MISSING = -1
const IN_FLIGHT = -2
const MAX_SAMPLES = 300

export interface FakeSwarmOptions {
  share: Share
  chunks: number
  peers: number
  /** How much is held when the page opens, 0…1. */
  held: number
  /** Chunks that arrive in one step. */
  pace: number
  random: Random
}

/** One share that moves: chunks arrive from the source and from the others, or go out to them. */
export class FakeSwarm {
  share: Share
  readonly #random: Random
  readonly #pace: number
  readonly #givers: number[]
  readonly #availability: number[]
  readonly #peers: SwarmPeer[]
  readonly #rates: ShareDetail['rates'] = []
  #missing: number[]
  #flying: number[] = []
  #fromOthers = 0
  #arrived = 0

  constructor(options: FakeSwarmOptions) {
    this.share = options.share
    this.#random = options.random
    this.#pace = options.pace
    this.#peers = Array.from({ length: options.peers }, (_, i) => this.#peer(i))
    this.#givers = new Array<number>(options.chunks).fill(MISSING)
    this.#availability = this.#givers.map(() => 1 + options.random.below(Math.max(1, options.peers)))
    const order = shuffle(
      this.#givers.map((_, i) => i),
      options.random,
    )
    const held = this.share.role === 'source' ? options.chunks : Math.floor(options.chunks * options.held)
    for (const chunk of order.slice(0, held)) this.#arrive(chunk)
    this.#missing = order.slice(held)
    if (this.share.role === 'source') this.#availability.fill(0)
    // What a share waits for is what nobody has.
    if (this.share.state.is === 'waiting') for (const chunk of this.#missing) this.#availability[chunk] = 0
    this.#settle()
  }

  /** Moves the swarm on by one step of `ms`. */
  step(at: number, ms: number): void {
    const state = this.share.state.is
    if (state === 'downloading') this.#receive()
    if (this.share.role === 'source' && state === 'serving') this.#give()
    const rate = this.#rateOf(state)
    this.share = { ...this.share, ...rate, bytesSent: this.share.bytesSent + (rate.upRate * ms) / 8000 }
    this.#rates.push({ at, down: rate.downRate, up: rate.upRate })
    if (this.#rates.length > MAX_SAMPLES) this.#rates.shift()
    this.#settle()
  }

  detail(): ShareDetail {
    return {
      id: this.share.id,
      peers: this.#peers.map((peer) => ({ ...peer })),
      chunkGivers: [...this.#givers],
      givers: [
        { peerId: fakePeerId(99), name: 'me', isSource: this.share.role === 'source', isMe: true },
        ...this.#peers.map(({ peerId, name, isSource }) => ({ peerId, name, isSource, isMe: false })),
      ],
      availability: [...this.#availability],
      rates: [...this.#rates],
    }
  }

  #receive(): void {
    for (const chunk of this.#flying) this.#arrive(chunk)
    this.#flying = this.#missing.splice(0, this.#pace)
    for (const chunk of this.#flying) this.#givers[chunk] = IN_FLIGHT
    if (this.#flying.length > 0) return
    this.share = { ...this.share, state: { is: 'serving' }, secondsLeft: null, limit: null }
  }

  #give(): void {
    for (let i = 0; i < this.#pace * 2; i++) {
      const chunk = this.#random.below(this.#availability.length)
      const most = this.#peers.length
      this.#availability[chunk] = Math.min(most, this.#availability[chunk]! + 1)
    }
    for (const [i, peer] of this.#peers.entries()) peer.has = Math.min(1, peer.has + (0.004 + i * 0.0004))
    const complete = this.#peers.filter((peer) => peer.has === 1).length
    const safeToLeave = this.#availability.every((held) => held > 0)
    this.share = { ...this.share, copies: { complete, of: this.#peers.length }, safeToLeave }
  }

  #arrive(chunk: number): void {
    if (this.share.role === 'source') {
      this.#givers[chunk] = ME
      return
    }
    // The source (the first peer) hands out about one copy; the rest comes from those who are downloading themselves.
    const fromSource = this.#peers.length < 2 || this.#random.next() < 0.17
    const giver = fromSource ? 0 : 1 + this.#random.below(this.#peers.length - 1)
    this.#givers[chunk] = giver + 1
    this.#arrived++
    if (!fromSource) this.#fromOthers++
  }

  #settle(): void {
    const parts = this.#givers.length
    const partsHeld = this.#givers.filter((giver) => giver >= 0).length
    const size = this.share.size ?? 0
    const bytesHeld = Math.round((size * partsHeld) / parts)
    const left = size - bytesHeld
    const secondsLeft = this.share.downRate > 0 ? (left * 8) / this.share.downRate : null
    this.share = {
      ...this.share,
      parts,
      partsHeld,
      bytesHeld,
      bytesReceived: this.share.role === 'source' ? 0 : bytesHeld,
      fromOthers: this.#arrived === 0 ? null : this.#fromOthers / this.#arrived,
      peers: this.#peers.length,
      secondsLeft: this.share.state.is === 'downloading' ? secondsLeft : null,
    }
  }

  #rateOf(state: Share['state']['is']): Pick<Share, 'downRate' | 'upRate'> {
    const wobble = (base: number) => base * (0.82 + 0.3 * this.#random.next())
    const down = state === 'downloading' ? wobble(94e6) : 0
    const up =
      state === 'downloading'
        ? wobble(61e6)
        : state === 'serving' && this.#peers.length > 0
          ? wobble(87e6)
          : 0
    for (const [i, peer] of this.#peers.entries()) this.#movePeer(peer, i, down, up)
    return { downRate: down, upRate: up }
  }

  #movePeer(peer: SwarmPeer, i: number, down: number, up: number): void {
    const part = (1 + (i % 4)) / (2.5 * this.#peers.length)
    const passing = this.#random.below(3)
    peer.downRate = passing === 1 ? 0 : down * part
    peer.upRate = passing === 0 || peer.isSource || peer.has === 1 ? 0 : up * part
    peer.nowServing =
      peer.downRate > 0 && peer.upRate > 0
        ? 'both'
        : peer.downRate > 0
          ? 'them'
          : peer.upRate > 0
            ? 'me'
            : null
    peer.bytesReceived += peer.downRate / 32
    peer.bytesSent += peer.upRate / 32
  }

  #peer(i: number): SwarmPeer {
    const source = this.share.role === 'download' && i === 0
    return {
      peerId: fakePeerId(i),
      name: PEOPLE[i % PEOPLE.length]!,
      opened: i % 3 === 0 ? 'me' : 'them',
      lane: i % 5 === 4 ? 'stream' : 'tls',
      address: i === 3 ? '/ip6/2001:db8:85a3:1234:5678:8a2e:370:7334/tcp/42850' : `192.168.0.${21 + i}:42850`,
      has: source ? 1 : Math.min(0.98, 0.12 + this.#random.next() * 0.7),
      downRate: 0,
      upRate: 0,
      bytesReceived: 0,
      bytesSent: 0,
      nowServing: null,
      isSource: source,
      roundTrip: 2 + this.#random.below(9),
    }
  }
}
