import type { Libp2p, PrivateKey } from '@libp2p/interface'
import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import { Emitter, type EventSource } from '../../base/index.ts'
import { ownAddresses } from './addresses.ts'
import { MAX_ADDRESSES_PER_PEER } from './limits.ts'

/** What a node signs of itself for others to pass on: its peer id and the addresses it announces. */
export interface OwnRecord {
  /** libp2p's signed peer record (RFC 0002, 0003). */
  readonly bytes: Uint8Array
  readonly events: EventSource<OwnRecordEvents>
}

export interface OwnRecordEvents {
  /** Other addresses are announced from now on. */
  changed: Record<string, never>
}

/** Signs the addresses of a node that has started, and again whenever they change, for as long as it runs. */
export async function signOwnRecord(
  libp2p: Pick<Libp2p, 'peerId' | 'getMultiaddrs' | 'addEventListener'>,
  privateKey: PrivateKey,
): Promise<OwnRecord> {
  const events = new Emitter<OwnRecordEvents>()
  const announced = (): string => libp2p.getMultiaddrs().join(' ')
  const sign = async (): Promise<Uint8Array> => {
    // The best come first, and others try no more. A record beyond what a neighbour reads would end the link.
    const multiaddrs = ownAddresses(libp2p).slice(0, MAX_ADDRESSES_PER_PEER)
    const record = new PeerRecord({ peerId: libp2p.peerId, multiaddrs })
    return (await RecordEnvelope.seal(record, privateKey)).marshal()
  }
  let signed = announced()
  let bytes = await sign()
  libp2p.addEventListener('self:peer:update', () => {
    const now = announced()
    if (now === signed) return
    signed = now
    void sign().then((record) => {
      // They may have changed again meanwhile.
      if (now !== signed) return
      bytes = record
      events.emit('changed', {})
    })
  })
  return {
    get bytes() {
      return bytes
    },
    events,
  }
}
