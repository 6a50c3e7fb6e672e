import { BaseSource } from './base-source.ts'
import type { PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { CID } from 'multiformats/cid'

/** Members of a share that other members told of, pushed in by the swarm's peer exchange. */
export class ExchangeSource extends BaseSource {
  readonly kind = 'exchange'

  push(peer: { peerId: PeerId; multiaddrs: readonly Multiaddr[]; key: CID }): void {
    this.found(peer)
  }

  protected onStart(): void {}
  protected onStop(): void {}
}
