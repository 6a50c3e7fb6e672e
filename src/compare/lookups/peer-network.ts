import { Cleanup, isShoalError, ShoalError, type Random } from '../../base/index.ts'
import { acquaintancesOf } from './acquaintances.ts'
import { TELL_EVERY } from './limits.ts'
import { loopbackWatch, LookupPeer } from './peer.ts'
import type { Sample } from './sample.ts'

export interface PeerNetworkInit {
  readonly laptops: number
  /** Kademlia's: how many each knows of every distance, and how many keep a name. */
  readonly k: number
  readonly random: Random
  /** Told how much of it stands, 0…1. */
  readonly onBuilt?: (part: number) => void
  readonly signal?: AbortSignal | undefined
}

/** So many laptops that keep each other's names in a DHT, on real sockets of this process. */
export class PeerNetwork {
  readonly #init: PeerNetworkInit
  readonly #watch = loopbackWatch()
  readonly #cleanup = new Cleanup()
  readonly #peers: LookupPeer[] = []
  /** Drawn once for each: it is switched off once a larger part than this is. */
  readonly #draws: number[] = []
  readonly #off = new Set<LookupPeer>()

  private constructor(init: PeerNetworkInit) {
    this.#init = init
    this.#cleanup.add(() => this.#watch.stop())
    this.#cleanup.add(() => Promise.all(this.#peers.map((peer) => peer.stop())))
  }

  static async open(init: PeerNetworkInit): Promise<PeerNetwork> {
    const network = new PeerNetwork(init)
    try {
      await network.#build()
      return network
    } catch (error) {
      await network.stop()
      throw error
    }
  }

  get on(): number {
    return this.#peers.length - this.#off.size
  }

  /** A laptop's name is put by itself. Gives how many keep it now. Throws `timeout` when it cannot be put. */
  async put(laptop: number): Promise<number> {
    const state = await this.#peers[laptop]!.names.publish()
    if (state.is === 'put') return state.keepers
    throw new ShoalError('timeout', `${labelOf(laptop)} could not be put: ${state.is}`)
  }

  /** Somebody new, who keeps nothing and has met nobody, looks a name up, and then again. */
  async lookUp(laptop: number, signal?: AbortSignal): Promise<{ cold: Sample; warm: Sample }> {
    const asker = await LookupPeer.open(this.#watch, this.#init.k)
    try {
      const { k, random } = this.#init
      for (const other of acquaintancesOf(asker, this.#peers, k, random)) await asker.know(other)
      const cold = await find(asker, labelOf(laptop), signal)
      const warm = await find(asker, labelOf(laptop), signal)
      return { cold, warm }
    } finally {
      await asker.stop()
    }
  }

  /** From now this part of the laptops is off, those switched off before among them. Nobody is told. */
  async switchOff(part: number): Promise<void> {
    const gone = this.#peers.filter((peer, i) => this.#draws[i]! < part && !this.#off.has(peer))
    for (const peer of gone) this.#off.add(peer)
    await Promise.all(gone.map((peer) => peer.stop()))
  }

  stop(): Promise<void> {
    return this.#cleanup.run()
  }

  async #build(): Promise<void> {
    const { laptops, k, random, onBuilt, signal } = this.#init
    for (let i = 0; i < laptops; i++) {
      signal?.throwIfAborted()
      this.#peers.push(await LookupPeer.open(this.#watch, k, labelOf(i)))
      this.#draws.push(random.next())
    }
    for (const [i, peer] of this.#peers.entries()) {
      signal?.throwIfAborted()
      for (const other of acquaintancesOf(peer, this.#peers, k, random)) await peer.know(other)
      if ((i + 1) % TELL_EVERY === 0) onBuilt?.((i + 1) / laptops)
    }
  }
}

function labelOf(laptop: number): string {
  return `laptop-${laptop}`
}

async function find(asker: LookupPeer, label: string, signal?: AbortSignal): Promise<Sample> {
  try {
    const { record, steps, messages, ms } = await asker.names.find(label, { signal })
    const answers = steps.filter(({ is }) => is === 'answered')
    const rounds = Math.min(...answers.flatMap(({ has, hop }) => (has ? [hop] : [])))
    const found = record !== undefined && Number.isFinite(rounds)
    return { found, messages: messages + answers.length, rounds: found ? rounds : 0, ms }
  } catch (error) {
    // Who is switched off does not answer: not found in time is not found.
    if (signal?.aborted || !isShoalError(error, 'timeout')) throw error
    return { found: false, messages: 0, rounds: 0, ms: 0 }
  }
}
