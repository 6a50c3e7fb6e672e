import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seededRandom, silentLogger, systemClock } from '../../base/index.ts'
import type { RaceEvent, RacePoint } from '../../contract/index.ts'
import { createTestnet, type Testnet } from '../../core/testnet.ts'
import { Compare } from '../compare.ts'
import { forkRacer } from '../race/fork-racer.ts'
import { Laptops } from './laptops.ts'

const TIMEOUT = 120_000

/** Whole cores on loopback, each with the room that compares. */
let net: Testnet
let rooms: { laptops: Laptops; compare: Compare; peerId: string }[]

beforeAll(async () => {
  net = await createTestnet(3)
  rooms = net.laptops.map(({ core, home }, i) => {
    const common = { clock: systemClock, random: seededRandom(i), log: silentLogger }
    const laptops = new Laptops({ core, spawn: forkRacer, ...common })
    return {
      laptops,
      compare: new Compare({ ...common, spawn: forkRacer, home, version: '1', laptops }),
      peerId: core.network().peerId,
    }
  })
  const address = net.laptops[0]!.core.network().addresses[0]!
  for (const { core } of net.laptops.slice(1)) await core.connect(address)
  await Promise.all(rooms.map(({ laptops }) => laptops.start()))
  // Until they know each other's names.
  for await (const { laptops } of rooms[0]!.laptops.watch()) if (laptops.length === 2) break
}, TIMEOUT)

afterAll(async () => {
  await Promise.all(rooms.map(async ({ laptops, compare }) => (await compare.stop(), await laptops.stop())))
  await net.stop()
  expect((await readdir(tmpdir())).filter((name) => name.startsWith(`shoal-guest-${process.pid}-`))).toEqual(
    [],
  )
}, TIMEOUT)

/** A person who says the same to every invitation, until the signal fires. */
async function answering(room: (typeof rooms)[number], accept: boolean, signal: AbortSignal): Promise<void> {
  for await (const { invitations } of room.laptops.watch(signal)) {
    for (const { id } of invitations) await room.laptops.answer(id, accept).catch(() => {})
  }
}

async function race(compare: Compare, size: number, peerIds: readonly string[]): Promise<RaceEvent[]> {
  compare.startLaptops({ peerIds: [...peerIds], size, modes: ['http', 'p2p'], repeats: 1 })
  const events: RaceEvent[] = []
  for await (const event of compare.watch()) {
    events.push(event)
    if (event.is === 'ended') break
  }
  return events
}

describe('a race across laptops', () => {
  it(
    'is run by those who agree, with rates measured first, and saved',
    async () => {
      const [host, ...guests] = rooms as [(typeof rooms)[number], ...typeof rooms]
      const people = new AbortController()
      const answers = guests.map((guest) => answering(guest, true, people.signal))
      const size = 2_000_000
      const events = await race(
        host.compare,
        size,
        guests.map(({ peerId }) => peerId),
      )
      people.abort()
      await Promise.all(answers)
      expect(events.at(-1)).toMatchObject({ is: 'ended', end: { is: 'finished' } })
      const points = events.flatMap((event) => (event.is === 'point' ? [event.point] : [])) as [
        RacePoint,
        RacePoint,
      ]
      expect(points.map(({ mode, n, completed }) => [mode, n, completed])).toEqual([
        ['http', 2, 2],
        ['p2p', 2, 2],
      ])
      for (const point of points) {
        // Rates of this machine's loopback: far above what anybody would type.
        expect(point.rates.source).toBeGreaterThan(1e7)
        for (const { up, down } of point.rates.peers) expect(Math.min(up, down)).toBeGreaterThan(1e7)
        const sum = point.reasons.reduce((total, { seconds }) => total + seconds, 0)
        expect(sum).toBeCloseTo(point.seconds! - point.bound, 6)
        for (const peer of point.peers) {
          expect(peer.bytes.reduce((total, curve) => total + curve.at(-1)!, 0)).toBe(size)
        }
      }
      expect(points[0].peers.map(({ name }) => name).toSorted()).toEqual(['laptop 2', 'laptop 3'])
      const [saved] = await host.compare.results()
      expect(saved).toMatchObject({ ground: 'laptops', points: 2, spec: { peers: [2], size } })
      expect(saved!.spec.sourceUp).toBe(points[0].rates.source)
    },
    TIMEOUT,
  )

  it(
    'goes on without those who decline, and does not begin when all do',
    async () => {
      const [host, willing, unwilling] = rooms as [
        (typeof rooms)[number],
        (typeof rooms)[number],
        (typeof rooms)[number],
      ]
      const people = new AbortController()
      const answers = [answering(willing, true, people.signal), answering(unwilling, false, people.signal)]
      const events = await race(host.compare, 100_000, [willing.peerId, unwilling.peerId])
      const points = events.flatMap((event) => (event.is === 'point' ? [event.point] : []))
      expect(points.map(({ n }) => n)).toEqual([1, 1])
      const refused = await race(host.compare, 100_000, [unwilling.peerId])
      expect(refused.at(-1)).toMatchObject({ end: { is: 'failed', problem: { code: 'declined' } } })
      people.abort()
      await Promise.all(answers)
    },
    TIMEOUT,
  )

  it(
    'asks a person, and is forgotten when who invited goes',
    async () => {
      const [host, guest] = rooms as [(typeof rooms)[number], (typeof rooms)[number]]
      const watch = guest.laptops.watch()
      const invited = async (count: number) => {
        for (;;) {
          const { value, done } = await watch.next()
          if (done) throw new Error('the watch ended')
          if (value.invitations.length === count) return value.invitations
        }
      }
      host.compare.startLaptops({ peerIds: [guest.peerId], size: 1000, modes: ['p2p'], repeats: 3 })
      expect(await invited(1)).toMatchObject([
        { from: { peerId: host.peerId, name: 'laptop 1' }, bytes: 3000, laptops: 1 },
      ])
      await host.compare.cancel()
      expect(await invited(0)).toEqual([])
      await expect(guest.laptops.answer('nothing', true)).rejects.toMatchObject({ code: 'not-found' })
      await watch.return(undefined)
    },
    TIMEOUT,
  )
})
