import type { PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Clock } from '../../../base/index.ts'
import { COURTESY_MS, MAX_CANDIDATES, RETRY_MS, STRANGER_MS } from '../limits.ts'

/** How a peer was asked for the share, and what came of it. */
export type AskOutcome =
  /** It proved that it knows the share. */
  | 'linked'
  /** It does not know the share (now). */
  | 'unknown'
  /** Could not be reached, or did not finish the hello. */
  | 'failed'
  /** We are linked already, by its stream or another. */
  | 'duplicate'

/** Where a candidate stands. */
type CandidateState =
  { is: 'idle' } | { is: 'asking' } | { is: 'waiting'; stop: () => void } | { is: 'linked' }

export interface Candidate {
  readonly key: string
  readonly peerId: PeerId
  /** Those told last; the node remembers earlier ones. */
  addresses: readonly Multiaddr[]
  /** Somebody said that it has the share: worth asking again. A peer that is merely connected is asked once. */
  isSought: boolean
  /** A person or the link named it: never given up. */
  readonly isHint: boolean
  failures: number
  state: CandidateState
}

export interface CandidatesInit {
  readonly clock: Clock
  /** Our peer id. */
  readonly self: string
  /** Asks one peer; never rejects. */
  readonly ask: (candidate: Candidate) => Promise<AskOutcome>
  /** A hello from this peer is under way: it probably asks for the same. */
  readonly isAnswering: (peer: string) => boolean
  /** No more neighbours are looked for at the moment. */
  readonly isFull: () => boolean
}

/** A sought peer that fails this often in a row is forgotten until somebody names it again; a hint is not. */
const MAX_FAILURES = 8
/** A peer that is merely connected: two hellos at once, or a hiccup, must not be the end of it. */
const MAX_FAILURES_OF_STRANGERS = 3

/** Peers that may have the share, asked one after the other's failure with growing pauses. */
export class Candidates {
  readonly #init: CandidatesInit
  readonly #byKey = new Map<string, Candidate>()
  #isOpen = true

  constructor(init: CandidatesInit) {
    this.#init = init
  }

  get size(): number {
    return this.#byKey.size
  }

  add(
    peerId: PeerId,
    options: { addresses?: readonly Multiaddr[]; isSought: boolean; isHint?: boolean },
  ): void {
    if (!this.#isOpen) return
    const key = peerId.toString()
    const known = this.#byKey.get(key)
    if (known && (known.isHint || !options.isHint)) {
      known.isSought ||= options.isSought
      if (options.addresses?.length) known.addresses = options.addresses
      if (known.state.is === 'idle') this.#ask(known)
      return
    }
    const { addresses = [], isSought, isHint = false } = options
    if (known?.state.is === 'waiting') known.state.stop()
    const state: CandidateState = known?.state.is === 'linked' ? known.state : { is: 'idle' }
    const candidate: Candidate = { key, peerId, addresses, isSought, isHint, failures: 0, state }
    if (!known && this.#byKey.size >= MAX_CANDIDATES) this.#forgetOne()
    this.#byKey.set(key, candidate)
    if (state.is !== 'idle') return
    // It probably wants to ask us too, and two hellos at once are one too many. A hint may know nothing of us.
    const wait = (isSought ? 0 : STRANGER_MS) + (this.#init.self < key ? 0 : COURTESY_MS)
    if (isHint || wait === 0) this.#ask(candidate)
    else this.#askAfter(candidate, wait)
  }

  /** The peer linked itself to us. */
  linked(peerId: PeerId): void {
    const key = peerId.toString()
    const known = this.#byKey.get(key)
    if (known?.state.is === 'waiting') known.state.stop()
    if (known) Object.assign(known, { state: { is: 'linked' }, failures: 0, isSought: true })
    else {
      const state: CandidateState = { is: 'linked' }
      const candidate: Candidate = {
        key,
        peerId,
        addresses: [],
        isSought: true,
        isHint: false,
        failures: 0,
        state,
      }
      if (this.#byKey.size >= MAX_CANDIDATES) this.#forgetOne()
      this.#byKey.set(key, candidate)
    }
  }

  /** The link to it ended. `wait`: it asked to be left alone for a while. */
  unlinked(key: string, options: { wait: boolean }): void {
    const candidate = this.#byKey.get(key)
    if (!candidate || candidate.state.is !== 'linked') return
    candidate.state = { is: 'idle' }
    candidate.failures = options.wait ? RETRY_MS.length - 2 : 0
    this.#retry(candidate)
  }

  forget(key: string): void {
    const candidate = this.#byKey.get(key)
    if (candidate?.state.is === 'waiting') candidate.state.stop()
    this.#byKey.delete(key)
  }

  /** There is room for neighbours again: those who were not asked are. */
  poke(): void {
    for (const candidate of this.#byKey.values()) if (candidate.state.is === 'idle') this.#ask(candidate)
  }

  close(): void {
    this.#isOpen = false
    for (const { state } of this.#byKey.values()) if (state.is === 'waiting') state.stop()
    this.#byKey.clear()
  }

  #ask(candidate: Candidate): void {
    if (this.#init.isFull()) return
    const { key, isHint } = candidate
    if (!isHint && this.#init.isAnswering(key)) return this.#askAfter(candidate, COURTESY_MS)
    candidate.state = { is: 'asking' }
    void this.#init.ask(candidate).then((outcome) => this.#answered(candidate, outcome))
  }

  #answered(candidate: Candidate, outcome: AskOutcome): void {
    // Replaced, forgotten, or linked by the peer's own stream meanwhile.
    if (!this.#isOpen || this.#byKey.get(candidate.key) !== candidate || candidate.state.is !== 'asking')
      return
    if (outcome === 'linked') {
      candidate.state = { is: 'linked' }
      candidate.failures = 0
      return
    }
    candidate.state = { is: 'idle' }
    if (outcome === 'unknown' && !candidate.isHint) return this.forget(candidate.key)
    this.#retry(candidate)
  }

  #retry(candidate: Candidate): void {
    const patience = candidate.isSought ? MAX_FAILURES : MAX_FAILURES_OF_STRANGERS
    if (candidate.failures >= patience && !candidate.isHint) return this.forget(candidate.key)
    this.#askAfter(candidate, RETRY_MS[Math.min(candidate.failures++, RETRY_MS.length - 1)]!)
  }

  #askAfter(candidate: Candidate, ms: number): void {
    const stop = this.#init.clock.after(ms, () => {
      candidate.state = { is: 'idle' }
      this.#ask(candidate)
    })
    candidate.state = { is: 'waiting', stop }
  }

  #forgetOne(): void {
    for (const candidate of this.#byKey.values()) {
      if (candidate.isHint || candidate.state.is === 'linked') continue
      return this.forget(candidate.key)
    }
  }
}
