import { CID } from 'multiformats/cid'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { raceSignal, systemRandom, VirtualClock, type Clock } from '../../base/index.ts'
import { formatLink, sha256, type ShareCard } from '../../content/index.ts'
import * as Digest from 'multiformats/hashes/digest'
import { createNodes, type NodeTestnet, type ShoalNode } from '../node/index.ts'
import { fallSilent, harm, pour } from '../node/test-streams.ts'
import { sendOne } from './exchange.ts'
import * as limits from './limits.ts'
import { encodeMessage, type NearbyCard } from './message.ts'
import { Nearby, NEARBY_PROTOCOL, type NearbyEvents } from './nearby.ts'

function share(name: string): ShareCard {
  const cid = CID.createV1(0x71, Digest.create(0x12, sha256(systemRandom.bytes(32))))
  const link = formatLink({ cid, name, size: 5, peers: [], origins: [], trackers: [] })
  return { cid: cid.toString(), link, name, title: null, kind: 'file', size: 5, files: 1 }
}

const card = (name: string, ...shares: ShareCard[]): NearbyCard => ({
  name,
  version: '1.0.0',
  shares,
  servers: {},
})

describe('nearby', () => {
  let net: NodeTestnet
  let a: ShoalNode
  let b: ShoalNode
  const running: Nearby[] = []

  beforeEach(async () => {
    net = await createNodes(2)
    ;[a, b] = net.nodes as [ShoalNode, ShoalNode]
  })

  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.stop()))
    await net.stop()
  })

  async function start(
    node: ShoalNode,
    own: () => NearbyCard,
    visible = true,
    clock?: Clock,
  ): Promise<Nearby> {
    const nearby = new Nearby({ network: node, card: own, visible, ...(clock && { clock }) })
    running.push(nearby)
    await nearby.start()
    return nearby
  }

  it('tells both sides of a connection who the other is and what it lists', async () => {
    const listed = share('사진.zip')
    const nearbyA = await start(a, () => ({ ...card('앨리스', listed), servers: { http: 8420 } }))
    const nearbyB = await start(b, () => card('Bob'))
    const both = Promise.all([next(nearbyA, 'peer'), next(nearbyB, 'peer')])
    await a.dial(b.addresses())
    await both
    expect(nearbyB.card(a.peerId)).toEqual({ ...card('앨리스', listed), servers: { http: 8420 } })
    expect(nearbyA.peers().map((each) => each.card.name)).toEqual(['Bob'])
  })

  it('tells of a change, once for several at a time', async () => {
    let own = card('A')
    const nearbyA = await start(a, () => own)
    const nearbyB = await start(b, () => card('B'))
    await connect(nearbyB)
    const seen: NearbyCard[] = []
    nearbyB.events.on('peer', (peer) => seen.push(peer.card))
    for (let i = 1; i <= 5; i++) {
      own = card(`A${i}`)
      nearbyA.changed()
    }
    await next(nearbyB, 'peer')
    expect(seen.map(({ name }) => name)).toEqual(['A5'])
  })

  it('says nothing again to whom it said the same last', async () => {
    let own = card('A')
    const clock = new VirtualClock()
    const nearbyA = await start(a, () => own, true, clock)
    const nearbyB = await start(b, () => card('B'))
    await connect(nearbyB)
    const seen: NearbyCard[] = []
    nearbyB.events.on('peer', (peer) => seen.push(peer.card))
    nearbyA.changed()
    await clock.advanceAsync(2 * limits.SEND_EVERY_MS)
    own = card('A2')
    nearbyA.changed()
    const news = next(nearbyB, 'peer')
    await clock.advanceAsync(2 * limits.SEND_EVERY_MS)
    await news
    expect(seen.map(({ name }) => name)).toEqual(['A2'])
  })

  it('says the same again to whom comes back', async () => {
    const nearbyA = await start(a, () => card('A'))
    const nearbyB = await start(b, () => card('B'))
    const met = next(nearbyA, 'peer')
    await Promise.all([connect(nearbyB), met])
    const gone = Promise.all([next(nearbyA, 'gone'), next(nearbyB, 'gone')])
    await b.libp2p.hangUp(a.peerId)
    await gone
    await connect(nearbyB)
    expect(nearbyB.card(a.peerId)).toEqual(card('A'))
  })

  it('says nothing while invisible, is forgotten when it becomes so, and shows itself again', async () => {
    const nearbyA = await start(a, () => card('A'), false)
    const nearbyB = await start(b, () => card('B'))
    const met = next(nearbyA, 'peer')
    await a.dial(b.addresses())
    await met
    expect(nearbyB.peers()).toEqual([])
    const shown = next(nearbyB, 'peer')
    nearbyA.setVisible(true)
    await shown
    const gone = next(nearbyB, 'gone')
    nearbyA.setVisible(false)
    await gone
    expect(nearbyB.peers()).toEqual([])
  })

  it('forgets who left', async () => {
    await start(a, () => card('A'))
    const nearbyB = await start(b, () => card('B'))
    await connect(nearbyB)
    const gone = next(nearbyB, 'gone')
    await a.stop()
    await gone
    expect(nearbyB.peers()).toEqual([])
  })

  it('reaches those it is connected to already when it starts', async () => {
    await a.dial(b.addresses())
    const nearbyB = await start(b, () => card('B'))
    const met = next(nearbyB, 'peer')
    await start(a, () => card('A'))
    await met
  })

  describe('with a hostile peer', () => {
    let nearbyB: Nearby
    let clock: VirtualClock
    const good = encodeMessage({ is: 'card', seq: Number.MAX_SAFE_INTEGER, card: card('Mallory') })

    beforeEach(async () => {
      clock = new VirtualClock()
      nearbyB = await start(b, () => card('B'), true, clock)
      await a.dial(b.addresses())
    })

    const open = () => a.libp2p.getConnections(b.peerId)[0]!.newStream(NEARBY_PROTOCOL)

    /** Still there, and an honest message still arrives. */
    async function stillWorks(): Promise<void> {
      const met = next(nearbyB, 'peer')
      await sendOne(await open(), good, AbortSignal.timeout(5_000))
      await met
      expect(nearbyB.card(a.peerId)?.name).toBe('Mallory')
    }

    it('refuses a length beyond the bound before reading it', async () => {
      await harm(open, (stream) => stream.send(Uint8Array.of(0, 255, 255, 255)))
      expect(nearbyB.peers()).toEqual([])
      await stillWorks()
    })

    it('refuses garbage of the right length', async () => {
      await harm(open, (stream) => {
        stream.send(Uint8Array.of(0, 0, 0, 3, 1, 2, 3))
        void stream.close()
      })
      await stillWorks()
    })

    it('refuses a message that goes on after its end', async () => {
      const frame = Uint8Array.of(0, 0, good.length >> 8, good.length & 255, ...good, 1)
      await harm(open, (stream) => stream.send(frame))
      expect(nearbyB.peers()).toEqual([])
      await stillWorks()
    })

    it('ends an endless stream', async () => {
      await harm(open, (stream) => pour(stream, 4_096))
      await stillWorks()
    })

    it('ends a stream on which nothing comes', async () => {
      await harm(open, (stream) => fallSilent(stream, clock, limits.RECEIVE_TIMEOUT_MS))
      await stillWorks()
    })

    it('does not take more messages than an honest peer sends', async () => {
      let taken = 0
      nearbyB.events.on('peer', () => taken++)
      for (let seq = 1; seq <= limits.MESSAGE_BURST * 2; seq++) {
        const bytes = encodeMessage({ is: 'card', seq, card: card('Mallory') })
        await sendOne(await open(), bytes, AbortSignal.timeout(5_000)).catch(() => {})
      }
      clock.advance(limits.MESSAGE_EVERY_MS)
      await stillWorks()
      expect(taken).toBe(limits.MESSAGE_BURST + 1)
      expect(a.libp2p.getConnections(b.peerId).length).toBe(1)
    })

    it('does not let an older message replace a newer one', async () => {
      let gone = 0
      nearbyB.events.on('gone', () => gone++)
      const tell = async (seq: number, name: string): Promise<void> =>
        sendOne(
          await open(),
          encodeMessage({ is: 'card', seq, card: card(name) }),
          AbortSignal.timeout(5_000),
        )
      const first = next(nearbyB, 'peer')
      await tell(7, 'new')
      await first
      await sendOne(await open(), encodeMessage({ is: 'hidden', seq: 6 }), AbortSignal.timeout(5_000))
      await tell(7, 'same')
      await stillWorks()
      expect(gone).toBe(0)
    })
  })

  async function connect(listening: Nearby): Promise<void> {
    const met = next(listening, 'peer')
    await a.dial(b.addresses())
    await met
  }
})

function next<K extends keyof NearbyEvents>(nearby: Nearby, name: K): Promise<NearbyEvents[K]> {
  const event = new Promise<NearbyEvents[K]>((resolve) => nearby.events.on(name, resolve))
  return raceSignal(event, AbortSignal.timeout(15_000))
}
