import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { CID } from 'multiformats/cid'
import * as Digest from 'multiformats/hashes/digest'
import { Emitter, systemRandom } from '../../base/index.ts'
import { BaseSource } from './base-source.ts'
import type { Connections } from './dialler.ts'
import type { FoundPeer, PeerSourceKind } from './peer-source.ts'
import type { AbortOptions } from '../../base/index.ts'
import type { PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** For tests: fresh peer ids, in ascending order of their text. */
export async function peerIds(count: number): Promise<PeerId[]> {
  const ids = await Promise.all(
    Array.from({ length: count }, async () => peerIdFromPrivateKey(await generateKeyPair('Ed25519'))),
  )
  return ids.sort((a, b) => (a.toString() < b.toString() ? -1 : 1))
}

/** For tests: some discovery key. */
export function someKey(): CID {
  return CID.createV1(0x55, Digest.create(0x12, systemRandom.bytes(32)))
}

/** For tests: a source that says what it is told to. */
export class ScriptedSource extends BaseSource {
  readonly kind: PeerSourceKind
  sought = 0
  announced = 0
  readonly #onStart: () => Promise<void> | void

  constructor(kind: PeerSourceKind = 'mdns', onStart: () => Promise<void> | void = () => {}) {
    super()
    this.kind = kind
    this.#onStart = onStart
  }

  say(peer: Omit<FoundPeer, 'source'>): void {
    this.found(peer)
  }

  seek(): () => void {
    this.sought++
    return () => void this.sought--
  }

  announce(): () => void {
    this.announced++
    return () => void this.announced--
  }

  protected onStart(): Promise<void> | void {
    return this.#onStart()
  }

  protected onStop(): void {}
}

/** For tests: connections that are made, refused or left hanging as the test says. */
export class FakeConnections implements Connections {
  readonly peerId: PeerId
  readonly events = new Emitter<{
    'peer-connected': { peerId: PeerId }
    'peer-disconnected': { peerId: PeerId }
  }>()
  readonly dials: string[][] = []
  /** Who answers at which target; throws for nobody. */
  answer: (target: PeerId | Multiaddr[], signal: AbortSignal | undefined) => Promise<PeerId>
  readonly #open = new Map<string, PeerId>()

  constructor(self: PeerId, answer: FakeConnections['answer'] = () => Promise.reject(new Error('nobody'))) {
    this.peerId = self
    this.answer = answer
  }

  isConnected(peerId: PeerId): boolean {
    return this.#open.has(peerId.toString())
  }

  connected(): PeerId[] {
    return [...this.#open.values()]
  }

  async dial(target: PeerId | Multiaddr[], { signal }: AbortOptions): Promise<{ remotePeer: PeerId }> {
    this.dials.push(Array.isArray(target) ? target.map(String) : [target.toString()])
    const remotePeer = await this.answer(target, signal)
    this.connect(remotePeer)
    return { remotePeer }
  }

  connect(peerId: PeerId): void {
    this.#open.set(peerId.toString(), peerId)
    this.events.emit('peer-connected', { peerId })
  }

  disconnect(peerId: PeerId): void {
    this.#open.delete(peerId.toString())
    this.events.emit('peer-disconnected', { peerId })
  }
}
