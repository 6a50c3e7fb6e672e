import { generateKeyPair } from '@libp2p/crypto/keys'
import type { Libp2p, PeerId } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import { multiaddr } from '@multiformats/multiaddr'
import { beforeEach, describe, expect, it } from 'vitest'
import { silentLogger, VirtualClock } from '../../../base/index.ts'
import type { Link } from '../link/link.ts'
import { EXCHANGE_INTERVAL_MS, FIRST_EXCHANGES_MS } from '../limits.ts'
import type { Message } from '../wire/messages.ts'
import { PeerExchange } from './exchange.ts'

interface Member {
  readonly peerId: PeerId
  readonly record: Uint8Array
  readonly link: Link
  /** Records it was sent, one list per message. */
  readonly told: Uint8Array[][]
}

async function member(): Promise<Member> {
  const key = await generateKeyPair('Ed25519')
  const peerId = peerIdFromPrivateKey(key)
  const multiaddrs = [multiaddr('/ip4/192.168.1.2/tcp/42850')]
  const record = (await RecordEnvelope.seal(new PeerRecord({ peerId, multiaddrs }), key)).marshal()
  const told: Uint8Array[][] = []
  const send = (message: Message): void => {
    if (message.is === 'peers') told.push([...message.records])
  }
  const link = { peer: peerId.toString(), peerId, isOpen: true, phase: { is: 'active' }, send }
  return { peerId, record, link: link as unknown as Link, told }
}

describe('members of a share', () => {
  let clock: VirtualClock
  let members: Member[]
  let links: Link[]
  let met: string[]
  let lookUps: number
  let kept: number
  let connections: unknown[]
  let exchange: PeerExchange

  beforeEach(async () => {
    clock = new VirtualClock()
    members = await Promise.all([member(), member(), member()])
    links = []
    met = []
    lookUps = kept = 0
    connections = []
    const peerStore = {
      get: async (peerId: PeerId) => {
        lookUps++
        return { peerRecordEnvelope: members.find((each) => each.peerId.equals(peerId))?.record }
      },
      consumePeerRecord: async () => {
        kept++
        return true
      },
    }
    const self = (await member()).peerId
    exchange = new PeerExchange({
      libp2p: { peerId: self, peerStore, getConnections: () => connections } as unknown as Libp2p,
      clock,
      log: silentLogger,
      links: () => links,
      isKnown: (peer) => links.some((link) => link.peer === peer),
      onPeer: (peerId) => met.push(peerId.toString()),
    })
  })

  function join(...joining: Member[]): void {
    for (const { link } of joining) {
      links.push(link)
      exchange.joined(link)
    }
  }

  it('that join together are told of all others in one message', async () => {
    const [a, b, c] = members as [Member, Member, Member]
    join(a, b, c)
    await clock.advanceAsync(FIRST_EXCHANGES_MS[0])
    expect(a.told).toEqual([[b.record, c.record]])
    expect(c.told).toEqual([[a.record, b.record]])
    await clock.advanceAsync(3 * EXCHANGE_INTERVAL_MS)
    expect(a.told).toHaveLength(1)
  })

  it('are not told of those they told of themselves', async () => {
    const [a, b, c] = members as [Member, Member, Member]
    join(a, b, c)
    await exchange.received(a.link, [b.record])
    await clock.advanceAsync(FIRST_EXCHANGES_MS[0])
    expect(a.told).toEqual([[c.record]])
    expect(b.told).toEqual([[a.record, c.record]])
  })

  it('hear soon of one that comes a little later', async () => {
    const [a, b, c] = members as [Member, Member, Member]
    join(a, b)
    await clock.advanceAsync(FIRST_EXCHANGES_MS[0])
    join(c)
    await clock.advanceAsync(FIRST_EXCHANGES_MS[1])
    expect(a.told).toEqual([[b.record], [c.record]])
  })

  it('have their record looked up once, however many are told of it', async () => {
    join(...members)
    await clock.advanceAsync(3 * EXCHANGE_INTERVAL_MS)
    expect(lookUps).toBe(members.length)
  })

  it('introduce those that are not known here', async () => {
    const [a, b] = members as [Member, Member]
    join(a)
    await exchange.received(a.link, [b.record])
    expect(met).toEqual([b.peerId.toString()])
    expect(kept).toBe(1)
    join(b)
    await clock.advanceAsync(EXCHANGE_INTERVAL_MS)
    expect(a.told).toEqual([])
  })

  it('introduce those who are connected already, whose addresses need no proof', async () => {
    const [a, b] = members as [Member, Member]
    join(a)
    connections = [{}]
    await exchange.received(a.link, [b.record])
    expect(met).toEqual([b.peerId.toString()])
    expect(kept).toBe(0)
  })

  it('introduce nobody with a record that he did not sign', async () => {
    const [a, b] = members as [Member, Member]
    join(a)
    const forged = Uint8Array.from(b.record)
    forged[forged.length - 1]! ^= 1
    await exchange.received(a.link, [forged, new Uint8Array(9)])
    expect(met).toEqual([])
  })
})
