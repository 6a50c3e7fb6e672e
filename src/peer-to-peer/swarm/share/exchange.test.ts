import { generateKeyPair } from '@libp2p/crypto/keys'
import type { Libp2p, PeerId } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import { multiaddr } from '@multiformats/multiaddr'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { silentLogger, VirtualClock } from '../../../base/index.ts'
import type { Link } from '../link/link.ts'
import { EXCHANGE_INTERVAL_MS, FIRST_EXCHANGES_MS, LED_EXCHANGE, TRUSTING_EXCHANGES } from '../limits.ts'
import type { Message } from '../wire/messages.ts'
import { PeerExchange } from './exchange.ts'

const ADDRESS = '/ip4/192.168.1.2/tcp/42850'

interface Member {
  readonly peerId: PeerId
  readonly record: Uint8Array
  readonly link: Link
  /** Records it was sent, one list per message. */
  readonly told: Uint8Array[][]
}

async function member({ isSource = false } = {}): Promise<Member> {
  const key = await generateKeyPair('Ed25519')
  const peerId = peerIdFromPrivateKey(key)
  const multiaddrs = [multiaddr(ADDRESS)]
  const record = (await RecordEnvelope.seal(new PeerRecord({ peerId, multiaddrs }), key)).marshal()
  const told: Uint8Array[][] = []
  const send = (message: Message): void => {
    if (message.is === 'peers') told.push([...message.records])
  }
  const link = {
    peer: peerId.toString(),
    peerId,
    isOpen: true,
    isSource,
    phase: { is: 'active', introduction: { record } },
    send,
  }
  return { peerId, record, link: link as unknown as Link, told }
}

/** Signed well, by somebody else than it is of. */
async function ofAnother({ peerId }: Member): Promise<Uint8Array> {
  const record = new PeerRecord({ peerId, multiaddrs: [multiaddr(ADDRESS)] })
  return (await RecordEnvelope.seal(record, await generateKeyPair('Ed25519'))).marshal()
}

describe('members of a share', () => {
  let clock: VirtualClock
  let members: Member[]
  let links: Link[]
  let met: [peer: string, ...addresses: string[]][]
  let isSource: boolean
  let self: PeerId
  let connections: unknown[]
  let exchange: PeerExchange

  beforeEach(async () => {
    clock = new VirtualClock()
    members = await Promise.all([member(), member(), member()])
    links = []
    met = []
    connections = []
    isSource = false
    self = (await member()).peerId
    exchange = new PeerExchange({
      libp2p: { peerId: self, getConnections: () => connections } as unknown as Libp2p,
      clock,
      log: silentLogger,
      links: () => links,
      isSource: () => isSource,
      isKnown: (peer) => links.some((link) => link.peer === peer),
      onPeer: (peerId, addresses) => met.push([peerId.toString(), ...addresses.map(String)]),
    })
  })

  function join(...joining: Member[]): void {
    for (const { link } of joining) {
      links.push(link)
      exchange.joined(link)
    }
  }

  function introduce({ link }: Member, record: Uint8Array | undefined): void {
    Object.assign(link, { phase: { is: 'active', introduction: { record } } })
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

  it('have their record checked once, however many are told of it', async () => {
    const check = vi.spyOn(RecordEnvelope, 'openAndCertify')
    join(...members)
    await clock.advanceAsync(3 * EXCHANGE_INTERVAL_MS)
    expect(check).toHaveBeenCalledTimes(members.length)
    // Said again, with something else.
    for (const each of members) introduce(each, Uint8Array.from(each.record))
    join(await member())
    await clock.advanceAsync(FIRST_EXCHANGES_MS[0])
    expect(check).toHaveBeenCalledTimes(members.length)
    check.mockRestore()
  })

  it('are told of nobody who gave no record of himself, or one that is not his', async () => {
    const [a, b, c] = members as [Member, Member, Member]
    introduce(b, undefined)
    introduce(c, await ofAnother(c))
    join(a, b, c)
    await clock.advanceAsync(3 * EXCHANGE_INTERVAL_MS)
    expect(a.told).toEqual([])
  })

  it('are told of the addresses that one of them has now', async () => {
    const [a, b] = members as [Member, Member]
    introduce(b, undefined)
    join(a, b)
    await clock.advanceAsync(FIRST_EXCHANGES_MS[0])
    introduce(b, b.record)
    await clock.advanceAsync(FIRST_EXCHANGES_MS[1])
    expect(a.told).toEqual([[b.record]])
  })

  it('introduce those that are not known here', async () => {
    const [a, b] = members as [Member, Member]
    join(a)
    await exchange.received(a.link, [b.record])
    expect(met).toEqual([[b.link.peer, ADDRESS]])
    join(b)
    await clock.advanceAsync(EXCHANGE_INTERVAL_MS)
    expect(a.told).toEqual([])
  })

  it('introduce those who are connected already, whose addresses need no proof', async () => {
    const [a, b] = members as [Member, Member]
    join(a)
    connections = [{}]
    await exchange.received(a.link, [b.record])
    expect(met).toEqual([[b.link.peer]])
  })

  it('introduce nobody with a record that he did not sign', async () => {
    const [a, b] = members as [Member, Member]
    join(a)
    const forged = Uint8Array.from(b.record)
    forged[forged.length - 1]! ^= 1
    await exchange.received(a.link, [forged, new Uint8Array(9), await ofAnother(b)])
    expect(met).toEqual([])
  })

  it('are told later where a source is among the neighbours, which tells them at once', async () => {
    const [a, b] = members as [Member, Member]
    join(await member({ isSource: true }), a, b)
    await clock.advanceAsync(FIRST_EXCHANGES_MS[0])
    expect(a.told).toEqual([])
    await clock.advanceAsync(FIRST_EXCHANGES_MS[LED_EXCHANGE])
    expect(a.told.flat()).toContainEqual(b.record)
  })

  it('are told at once by a source, whoever else is one', async () => {
    const [a, b] = members as [Member, Member]
    isSource = true
    join(await member({ isSource: true }), a, b)
    await clock.advanceAsync(FIRST_EXCHANGES_MS[0])
    expect(a.told.flat()).toContainEqual(b.record)
  })

  describe('of whom a third told', () => {
    /** One that the others leave it to, or one that leaves it to us. */
    async function third(isBefore: boolean): Promise<Member> {
      for (;;) {
        const made = await member()
        if (made.link.peer < self.toString() === isBefore) return made
      }
    }

    async function tellsOfBoth(teller: Member): Promise<[Member, Member]> {
      const [a, b] = members as [Member, Member]
      join(teller, a, b)
      await exchange.received(teller.link, [a.record, b.record])
      await clock.advanceAsync(FIRST_EXCHANGES_MS[0] + FIRST_EXCHANGES_MS[1] + FIRST_EXCHANGES_MS[2])
      return [a, b]
    }

    it('both are not told of each other by us as well', async () => {
      const [a, b] = await tellsOfBoth(await third(true))
      expect(a.told.flat()).not.toContainEqual(b.record)
      expect(b.told.flat()).not.toContainEqual(a.record)
    })

    it('both are told by us when the third leaves it to us', async () => {
      const [a, b] = await tellsOfBoth(await third(false))
      expect(a.told.flat()).toContainEqual(b.record)
    })

    it('both are told by a source rather than by us, whatever its id', async () => {
      const source = await member({ isSource: true })
      const [a, b] = await tellsOfBoth(source)
      expect(a.told.flat()).not.toContainEqual(b.record)
    })

    it('both are told by us all the same when it takes long: the third may have told nobody but us', async () => {
      const [a, b] = await tellsOfBoth(await third(true))
      await clock.advanceAsync((TRUSTING_EXCHANGES + 1) * EXCHANGE_INTERVAL_MS)
      expect(a.told.flat()).toContainEqual(b.record)
    })

    it('only one is told of the other', async () => {
      const [a, b] = members as [Member, Member]
      const teller = await third(true)
      join(teller, a, b)
      await exchange.received(teller.link, [a.record])
      await clock.advanceAsync(FIRST_EXCHANGES_MS[0])
      expect(a.told.flat()).toContainEqual(b.record)
    })
  })
})
