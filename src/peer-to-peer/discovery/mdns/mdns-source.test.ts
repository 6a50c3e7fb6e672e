import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Emitter, seededRandom, silentLogger, VirtualClock } from '../../../base/index.ts'
import { peerIds } from '../test-peers.ts'
import { queryPackets } from './browser.ts'
import { decodeMessage } from './decode.ts'
import { encodeMessage } from './encode.ts'
import * as limits from './limits.ts'
import { MdnsSource } from './mdns-source.ts'
import { MemoryMulticast } from './memory-link.ts'
import { detailRecords, labelOf, pointerRecord, type Announcement } from './service.ts'
import type { OpenLink } from './multicast-link.ts'
import type { MdnsInterface } from './place.ts'
import type { FoundPeer } from '../peer-source.ts'
import type { PeerId } from '@libp2p/interface'

class Host {
  readonly network: {
    interfaces: () => MdnsInterface[]
    listeningOn: () => { ip: string; port: number }[]
    events: Emitter<{ 'interfaces-changed': unknown }>
  }
  readonly source: MdnsSource
  readonly found: FoundPeer[] = []
  interfaces: MdnsInterface[]

  constructor(setup: {
    self: PeerId
    interfaces: MdnsInterface[]
    open: OpenLink
    clock: VirtualClock
    seed: number
  }) {
    this.interfaces = setup.interfaces
    this.network = {
      interfaces: () => this.interfaces,
      listeningOn: () =>
        this.interfaces.flatMap((each) => each.addresses.map((a) => ({ ip: a.address, port: 42_850 }))),
      events: new Emitter(),
    }
    this.source = new MdnsSource({
      self: setup.self,
      network: this.network,
      open: setup.open,
      clock: setup.clock,
      random: seededRandom(setup.seed),
      log: silentLogger,
    })
    this.source.events.on('peer', (peer) => this.found.push(peer))
  }

  change(interfaces: MdnsInterface[]): void {
    this.interfaces = interfaces
    this.network.events.emit('interfaces-changed', {})
  }

  names(): string[] {
    return [...new Set(this.found.map((each) => each.peerId!.toString()))]
  }
}

const iface = (name: string, address: string): MdnsInterface => ({
  name,
  excluded: false,
  addresses: [{ address, family: 4, prefix: 24, scopeId: 0 }],
})

describe('mDNS as a source of peers', () => {
  let clock: VirtualClock
  let wire: MemoryMulticast
  let ids: PeerId[]
  const hosts: Host[] = []

  beforeEach(async () => {
    clock = new VirtualClock()
    wire = new MemoryMulticast()
    ids = await peerIds(4)
  })

  afterEach(async () => {
    await Promise.all(hosts.splice(0).map(({ source }) => source.stop()))
    await clock.advanceAsync(0)
    // Sockets and timers are all released.
    expect([wire.openLinks, clock.pending]).toEqual([0, 0])
  })

  async function host(n: number, ...interfaces: MdnsInterface[]): Promise<Host> {
    const each = new Host({ self: ids[n]!, interfaces, open: wire.open, clock, seed: n })
    hosts.push(each)
    await each.source.start()
    return each
  }

  const lan = (n: number) => iface('lan', `192.168.7.${n + 1}`)
  const queries = () => wire.sent.filter(({ packet }) => !decodeMessage(packet)!.response)
  const responses = () => wire.sent.filter(({ packet }) => decodeMessage(packet)!.response)

  it('finds who is there and is found, with the addresses of that interface', async () => {
    const a = await host(0, lan(0))
    const b = await host(1, lan(1))
    await clock.advanceAsync(1_000)
    expect(a.names()).toEqual([ids[1]!.toString()])
    expect(b.names()).toEqual([ids[0]!.toString()])
    expect(a.found[0]!.multiaddrs.map(String)).toEqual(['/ip4/192.168.7.2/tcp/42850'])
  })

  it('uses every interface', async () => {
    const a = await host(0, lan(0), iface('wifi', '10.1.1.1'))
    const b = await host(1, lan(1))
    const c = await host(2, iface('wifi', '10.1.1.3'))
    await clock.advanceAsync(1_000)
    expect(a.names().length).toBe(2)
    expect([b.names(), c.names()]).toEqual([[ids[0]!.toString()], [ids[0]!.toString()]])
    expect(c.found[0]!.multiaddrs.map(String)).toEqual(['/ip4/10.1.1.1/tcp/42850'])
  })

  it('asks at 1, 2, 4 … 60 s', async () => {
    await host(0, lan(0))
    const times: number[] = []
    const open = wire.sent.length
    clock.every(10, () => {
      while (times.length < queries().length) times.push(clock.now())
    })()
    const watch = clock.every(10, () => {
      while (times.length < queries().length) times.push(clock.now())
    })
    await clock.advanceAsync(300_000)
    watch()
    expect(open).toBeGreaterThan(0)
    const pauses = times.slice(1).map((at, i) => at - times[i]!)
    for (const [i, pause] of pauses.entries()) {
      const nominal = Math.min(1000 * 2 ** i, 60_000)
      expect(pause).toBeGreaterThanOrEqual(nominal - 20)
      expect(pause).toBeLessThanOrEqual(nominal * 1.2 + 20)
    }
    expect(pauses.length).toBeGreaterThan(8)
  })

  it('announces itself twice and takes its leave', async () => {
    const a = await host(0, lan(0))
    await clock.advanceAsync(5_000)
    expect(responses().length).toBe(2)
    await a.source.stop()
    const last = decodeMessage(wire.sent.at(-1)!.packet)!
    expect(last.response && last.answers.every(({ ttl }) => ttl === 0)).toBe(true)
  })

  it('does not name who took their leave any more', async () => {
    const a = await host(0, lan(0))
    const b = await host(1, lan(1))
    await clock.advanceAsync(10_000)
    await b.source.stop()
    a.found.length = 0
    await clock.advanceAsync(200_000)
    expect(a.found).toEqual([])
  })

  it('does not answer whoever knows it already', async () => {
    await host(0, lan(0))
    await clock.advanceAsync(10_000)
    const before = responses().length
    const known = queryPackets([pointerRecord(labelOf(ids[0]!), limits.RECORD_TTL_S)])[0]!
    wire.inject('lan', known, '192.168.7.99')
    await clock.advanceAsync(2_000)
    expect(responses().length).toBe(before)
    const stale = queryPackets([pointerRecord(labelOf(ids[0]!), limits.RECORD_TTL_S / 2 - 1)])[0]!
    wire.inject('lan', stale, '192.168.7.99')
    await clock.advanceAsync(2_000)
    expect(responses().length).toBe(before + 1)
  })

  it('waits for known answers that continue in the next packet', async () => {
    await host(0, lan(0))
    await clock.advanceAsync(10_000)
    const before = responses().length
    const others = Array.from({ length: 60 }, (_, i) => pointerRecord(`other${i}`.padEnd(20, 'x'), 300))
    const packets = queryPackets([...others, pointerRecord(labelOf(ids[0]!), 300)])
    expect(packets.length).toBe(2)
    wire.inject('lan', packets[0]!, '192.168.7.99')
    await clock.advanceAsync(200)
    wire.inject('lan', packets[1]!, '192.168.7.99')
    await clock.advanceAsync(2_000)
    expect(responses().length).toBe(before)
    wire.inject('lan', packets[0]!, '192.168.7.99')
    await clock.advanceAsync(2_000)
    expect(responses().length).toBe(before + 1)
  })

  it('answers a hundred who ask at once with one packet', async () => {
    await host(0, lan(0))
    await clock.advanceAsync(10_000)
    const before = responses().length
    for (let i = 0; i < 100; i++) wire.inject('lan', queryPackets([])[0]!, `192.168.7.${100 + i}`)
    await clock.advanceAsync(900)
    expect(responses().length).toBe(before + 1)
  })

  it('stays quiet in a full room', async () => {
    ids = await peerIds(30)
    for (let n = 0; n < 30; n++) await host(n, lan(n))
    await clock.advanceAsync(120_000)
    for (const each of hosts) expect(each.names().length).toBe(29)
    wire.sent.length = 0
    await clock.advanceAsync(600_000)
    // Of the 30 hosts one asks for all, and each answers only when half of its records' life is over.
    expect(queries().length).toBeLessThanOrEqual(15)
    expect(responses().length).toBeLessThanOrEqual(30 * 5)
  }, 60_000)

  it('begins anew on an interface that appears, and leaves one that goes', async () => {
    const a = await host(0, lan(0))
    const b = await host(1, iface('wifi', '10.1.1.2'))
    await clock.advanceAsync(5_000)
    expect(a.names()).toEqual([])
    a.change([iface('wifi', '10.1.1.1')])
    await clock.advanceAsync(1_000)
    expect(a.names()).toEqual([ids[1]!.toString()])
    expect(b.found.at(-1)!.multiaddrs.map(String)).toEqual(['/ip4/10.1.1.1/tcp/42850'])
    expect(a.source.state).toEqual({ is: 'on', detail: { is: 'interfaces', names: ['wifi'] } })
  })

  it('leaves out what the user excluded, and says so when nothing is left', async () => {
    const a = await host(0, { ...lan(0), excluded: true })
    expect(wire.openLinks).toBe(0)
    expect(a.source.state).toEqual({ is: 'failed', detail: { is: 'no-interface' } })
  })

  it('opens a socket that broke again', async () => {
    const a = await host(0, lan(0))
    wire.breakLinks('lan')
    expect(wire.openLinks).toBe(0)
    await clock.advanceAsync(limits.REOPEN_MS)
    expect(wire.openLinks).toBe(1)
    await host(1, lan(1))
    await clock.advanceAsync(1_000)
    expect(a.names()).toEqual([ids[1]!.toString()])
  })

  it('shows that multicast is not possible, and tries again', async () => {
    let refuses = true
    const open: OpenLink = (options) =>
      refuses ? Promise.reject(new Error('bind EADDRINUSE')) : wire.open(options)
    const a = new Host({ self: ids[0]!, interfaces: [lan(0)], open, clock, seed: 1 })
    hosts.push(a)
    await a.source.start()
    expect(a.source.state).toEqual({ is: 'failed', detail: { is: 'error', message: 'bind EADDRINUSE' } })
    refuses = false
    await clock.advanceAsync(limits.REOPEN_MS)
    expect(a.source.state).toEqual({ is: 'on', detail: { is: 'interfaces', names: ['lan'] } })
  })

  describe('against hostile packets', () => {
    const announce = (announcement: Announcement): Uint8Array =>
      encodeMessage({
        response: true,
        answers: [
          pointerRecord(labelOf(announcement.peerId), announcement.ttl),
          ...detailRecords(announcement),
        ],
      })

    it('hears an honest laptop after a burst of garbage', async () => {
      const a = await host(0, lan(0))
      const random = seededRandom(7)
      for (let i = 0; i < 500; i++) wire.inject('lan', random.bytes(random.below(200)), '192.168.7.66')
      await host(1, lan(1))
      await clock.advanceAsync(1_000)
      expect(a.names()).toEqual([ids[1]!.toString()])
    })

    it('is not drawn to dial a stranger’s address', async () => {
      const a = await host(0, lan(0))
      wire.inject(
        'lan',
        announce({ peerId: ids[1]!, port: 80, ips: ['203.0.113.5'], ttl: 300 }),
        '192.168.7.66',
      )
      expect(a.found.flatMap((each) => each.multiaddrs.map(String))).toEqual(['/ip4/192.168.7.66/tcp/80'])
    })

    it('remembers a bounded number of peers that one laptop invents', async () => {
      const a = await host(0, lan(0))
      const invented = await peerIds(limits.MAX_INSTANCES_PER_SOURCE + 20)
      for (const peerId of invented) {
        wire.inject('lan', announce({ peerId, port: 1, ips: [], ttl: 300 }), '192.168.7.66')
        await clock.advanceAsync(100)
      }
      expect(a.names().length).toBe(limits.MAX_INSTANCES_PER_SOURCE)
      wire.inject('lan', announce({ peerId: ids[1]!, port: 1, ips: [], ttl: 300 }), '192.168.7.5')
      expect(a.names()).toContain(ids[1]!.toString())
    })

    it('reads only so many packets of one sender, and those of the others all the same', async () => {
      const a = await host(0, lan(0))
      const packet = announce({ peerId: ids[1]!, port: 1, ips: [], ttl: 300 })
      for (let i = 0; i < 5_000; i++) wire.inject('lan', packet, '192.168.7.66')
      expect(a.found.length).toBe(limits.PACKET_BURST)
      wire.inject('lan', announce({ peerId: ids[2]!, port: 1, ips: [], ttl: 300 }), '192.168.7.5')
      expect(a.names()).toContain(ids[2]!.toString())
    })

    it('does not believe a goodbye that somebody else says', async () => {
      const a = await host(0, lan(0))
      await host(1, lan(1))
      await clock.advanceAsync(3_000)
      const bye = encodeMessage({ response: true, answers: [pointerRecord(labelOf(ids[1]!), 0)] })
      wire.inject('lan', bye, '192.168.7.66')
      wire.sent.length = 0
      await clock.advanceAsync(60_000)
      // It still knows the other one, so its queries get no answer.
      expect([a.names(), queries().length > 2, responses().length]).toEqual([[ids[1]!.toString()], true, 0])
    })
  })
})
