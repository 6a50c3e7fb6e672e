import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import {
  deadlineSignal,
  raceSignal,
  ShoalError,
  sleep,
  type AbortOptions,
  type Clock,
} from '../../base/index.ts'
import { isPeerAddress } from '../../content/index.ts'
import type { DiscoveredPeer } from '../../peer-to-peer/discovery/index.ts'
import type { Nearby } from '../../peer-to-peer/nearby/index.ts'
import type { ShoalNode } from '../../peer-to-peer/node/index.ts'
import { NAMESAKES_MS } from './limits.ts'
import type { Connection, PeerId } from '@libp2p/interface'

export interface ReachInit {
  readonly node: Pick<ShoalNode, 'libp2p' | 'dial' | 'isConnected' | 'events'>
  readonly nearby: Pick<Nearby, 'peers' | 'events'>
  /** Whom the sources of peers named, with their addresses. */
  readonly discovered: () => readonly DiscoveredPeer[]
  readonly clock: Clock
}

/** Finds people by what a person calls them, and a connection to them. */
export class Reach {
  readonly #init: ReachInit

  constructor(init: ReachInit) {
    this.#init = init
  }

  /** The open connection, or a new one. @throws ShoalError `peer-unreachable`, `timeout`, `cancelled`. */
  async connect(peerId: PeerId, options: AbortOptions = {}): Promise<Connection> {
    const { node, discovered } = this.#init
    const open = openConnection(node, peerId)
    if (open) return open
    const found = discovered().find((peer) => peer.peerId.equals(peerId))
    const addresses = found?.multiaddrs.map((each) => each.encapsulate(`/p2p/${peerId.toString()}`)) ?? []
    return node.dial(addresses.length > 0 ? addresses : peerId, options)
  }

  /**
   * Who is meant by a peer id, a multiaddress, or a name as shown under Nearby; waits for them to appear.
   * @throws ShoalError `peer-unreachable`, `bad-address`; `bad-usage` when several have the name.
   */
  async find(to: string, waitMs: number, options: AbortOptions = {}): Promise<PeerId> {
    if (to.startsWith('/')) return this.#atAddress(to, options)
    const id = asPeerId(to)
    const { signal, clear } = deadlineSignal(waitMs, 'looking for a laptop', options.signal, this.#init.clock)
    try {
      return await (id ? this.#byId(id, signal) : this.#byName(to, signal))
    } catch (error) {
      if (!signal.aborted || options.signal?.aborted) throw error
      const seconds = waitMs / 1000
      throw new ShoalError(
        'peer-unreachable',
        `nobody called "${to}" is on this network (waited ${seconds} s)`,
        {
          data: { name: to },
        },
      )
    } finally {
      clear()
    }
  }

  async #atAddress(address: string, options: AbortOptions): Promise<PeerId> {
    if (!isPeerAddress(address))
      throw new ShoalError('bad-address', `not a peer's multiaddress: "${address}"`)
    return (await this.#init.node.dial(multiaddr(address), options)).remotePeer
  }

  /** Known addresses are tried once; then whoever else finds the peer connects to it. */
  async #byId(peerId: PeerId, signal: AbortSignal): Promise<PeerId> {
    const { node } = this.#init
    let stop = (): void => {}
    const met = new Promise<PeerId>((resolve) => {
      stop = node.events.on('peer-connected', (event) => {
        if (event.peerId.equals(peerId)) resolve(peerId)
      })
    })
    try {
      const dialled = this.connect(peerId, { signal }).then(({ remotePeer }) => remotePeer)
      return await raceSignal(Promise.any([met, dialled]), signal)
    } finally {
      stop()
    }
  }

  async #byName(name: string, signal: AbortSignal): Promise<PeerId> {
    const { nearby, clock } = this.#init
    if (this.#namesakes(name).length === 0) {
      let stop = (): void => {}
      const appeared = new Promise<void>((resolve) => {
        stop = nearby.events.on('peer', () => this.#namesakes(name).length > 0 && resolve())
      })
      await raceSignal(appeared, signal).finally(stop)
      // Found a moment ago: another of the same name may be about to be found too.
      await sleep(NAMESAKES_MS, { signal, clock }).catch(() => {})
    }
    const [first, ...others] = this.#namesakes(name)
    if (others.length > 0) {
      throw new ShoalError(
        'bad-usage',
        `${others.length + 1} laptops are called "${name}": give the peer id`,
        {
          data: { name },
        },
      )
    }
    if (!first) throw new ShoalError('peer-gone', `"${name}" left again`, { data: { name } })
    return first
  }

  #namesakes(name: string): PeerId[] {
    const key = nameKey(name)
    return this.#init.nearby
      .peers()
      .flatMap(({ peerId, card }) => (nameKey(card.name) === key ? [peerId] : []))
  }
}

/** Two names with one key look the same to a person who types them. */
function nameKey(name: string): string {
  return name.normalize('NFC').trim().toLowerCase()
}

function asPeerId(text: string): PeerId | undefined {
  try {
    return peerIdFromString(text)
  } catch {
    return undefined
  }
}

export function openConnection(node: Pick<ShoalNode, 'libp2p'>, peerId: PeerId): Connection | undefined {
  return node.libp2p.getConnections(peerId).find(({ status }) => status === 'open')
}
