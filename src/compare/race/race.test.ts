import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import type { RaceLive, RacePoint, RaceSpec } from '../../contract/index.ts'
import { spec } from '../test-runs.ts'
import { forkRacer } from './fork-racer.ts'
import { planOf, runRace } from './race.ts'

const TIMEOUT = 120_000
/** Times do not matter here. */
const COLD = { spawn: forkRacer, isCold: true }

async function race(wanted: RaceSpec): Promise<{ points: RacePoint[]; lives: RaceLive[] }> {
  const points: RacePoint[] = []
  const lives: RaceLive[] = []
  const listener = {
    live: (live: RaceLive) => lives.push(live),
    point: (point: RacePoint) => points.push(point),
  }
  await runRace(wanted, listener, new AbortController().signal, COLD)
  return { points, lives }
}

async function leftBehind(): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith(`shoal-race-${process.pid}-`))
}

const total = (point: RacePoint): number => point.reasons.reduce((sum, { seconds }) => sum + seconds, 0)

describe('the plan of a race', () => {
  it('runs every N in every mode, the other mode first each time', () => {
    const plan = planOf(spec({ peers: [1, 2, 4], repeats: 2 }))
    const order = plan.map(({ mode, n, repeat }) => `${mode}${n}.${repeat}`)
    expect(order.slice(0, 6)).toEqual(['http1.1', 'p2p1.1', 'p2p2.1', 'http2.1', 'http4.1', 'p2p4.1'])
    expect(order).toHaveLength(12)
    expect(new Set(order).size).toBe(12)
  })
})

// Real processes on real sockets: each takes a second to start where the machine is busy.
describe('a race of processes', () => {
  it(
    'brings the file to everybody in both modes, tells who gave what, and leaves nothing behind',
    async () => {
      const size = 300_000
      const { points, lives } = await race(spec({ peers: [2], size }))
      expect(points.map(({ mode, n, completed }) => [mode, n, completed])).toEqual([
        ['http', 2, 2],
        ['p2p', 2, 2],
      ])
      for (const point of points) {
        expect(point.seconds!).toBeGreaterThan(point.bound)
        expect(total(point)).toBeCloseTo(point.seconds! - point.bound, 6)
        for (const peer of point.peers) {
          const held = peer.bytes.map((curve) => curve.at(-1)!)
          expect(held.reduce((sum, bytes) => sum + bytes, 0)).toBe(size)
          for (const curve of peer.bytes) expect(curve).toEqual(curve.toSorted((a, b) => a - b))
        }
      }
      const [http, p2p] = points as [RacePoint, RacePoint]
      expect(http.bound).toBeCloseTo(0.6)
      expect(http.sourcePayload).toBeGreaterThanOrEqual(2 * size)
      expect(http.peers.every(({ bytes }) => bytes[0]!.at(-1) === size)).toBe(true)
      expect(p2p.bound).toBeCloseTo(0.3)
      // The source's one copy went to the two, who gave each other the rest.
      expect(p2p.peerBytes).toBeGreaterThan(size / 4)
      expect(p2p.givers.map(({ isSource }) => isSource)).toEqual([true, false, false])
      expect(lives.some(({ phase }) => phase === 'preparing')).toBe(true)
      expect(await leftBehind()).toEqual([])
    },
    TIMEOUT,
  )

  it(
    'splits the downloaders among servers',
    async () => {
      const { points } = await race(spec({ peers: [2], size: 200_000, servers: 2, modes: ['http'] }))
      const [point] = points as [RacePoint]
      expect(point.givers.map(({ isSource }) => isSource)).toEqual([true, true, false, false])
      expect(point.peers.map(({ bytes }) => bytes.slice(0, 2).map((curve) => curve.at(-1)))).toEqual([
        [200_000, 0],
        [0, 200_000],
      ])
      expect(point.bound).toBeCloseTo(0.2)
    },
    TIMEOUT,
  )

  it(
    'says so when the processor is the limit',
    async () => {
      const fast = { up: 1e11, down: 1e11, sourceUp: 1e11 }
      const { points } = await race(spec({ peers: [2], size: 2 ** 26, modes: ['http'], ...fast }))
      expect(points[0]!.isProcessorLimited).toBe(true)
    },
    TIMEOUT,
  )

  it(
    'goes on among peers when the source is switched off after a copy, and not when the server is',
    async () => {
      const { points } = await race(spec({ peers: [2], size: 400_000, switchOffAt: 1.1 }))
      const [http, p2p] = points as [RacePoint, RacePoint]
      expect(http).toMatchObject({ mode: 'http', seconds: null })
      expect(http.completed).toBeLessThan(2)
      expect(http.switchedOffAt).toBeGreaterThan(0)
      expect(p2p).toMatchObject({ mode: 'p2p', completed: 2 })
    },
    TIMEOUT,
  )

  it(
    'on Wi-Fi carries what goes from peer to peer through the air twice',
    async () => {
      const { points } = await race(
        spec({ peers: [2], size: 200_000, medium: 'wifi', up: 8e6, down: 8e6, sourceUp: 80e6 }),
      )
      const [http, p2p] = points as [RacePoint, RacePoint]
      expect([http.boundTerm, p2p.boundTerm]).toEqual(['medium', 'medium'])
      expect(http.seconds!).toBeGreaterThan(http.bound)
      // With a source that gives each byte once the other copy crosses the air twice: 1 + 2 instead of 2.
      expect(p2p.seconds!).toBeGreaterThan(p2p.bound)
    },
    TIMEOUT,
  )

  it(
    'ends at once when it is cancelled, whatever it was doing, and leaves nothing behind',
    async () => {
      const abort = new AbortController()
      const listener = {
        live: ({ phase }: RaceLive) => phase === 'running' && abort.abort(new Error('enough')),
        point: () => {},
      }
      const slow = { up: 1e5, down: 1e5, sourceUp: 1e5 }
      await expect(
        runRace(spec({ peers: [1], size: 10_000_000, ...slow }), listener, abort.signal, COLD),
      ).rejects.toThrow('enough')
      expect(await leftBehind()).toEqual([])
    },
    TIMEOUT,
  )

  it(
    'fails when a file cannot be read, and leaves nothing behind',
    async () => {
      await expect(race(spec({ peers: [1], path: '/nowhere/at/all' }))).rejects.toMatchObject({
        name: 'ShoalError',
      })
      expect(await leftBehind()).toEqual([])
    },
    TIMEOUT,
  )
})
