// Real processes on real sockets: each takes a second or two to start where the machine is busy.
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import type { RacePoint, RaceSpec } from '../../contract/index.ts'
import { spec } from '../test-runs.ts'
import { forkRacer } from './fork-racer.ts'
import { runRace } from './race.ts'

const TIMEOUT = 120_000

/** Times do not matter here. */
async function race(wanted: RaceSpec): Promise<RacePoint[]> {
  const points: RacePoint[] = []
  const listener = { live: () => {}, point: (point: RacePoint) => points.push(point) }
  await runRace(wanted, listener, new AbortController().signal, { spawn: forkRacer, isCold: true })
  return points
}

async function leftBehind(): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith(`shoal-race-${process.pid}-`))
}

const total = (point: RacePoint): number => point.reasons.reduce((sum, { seconds }) => sum + seconds, 0)

describe('a race of processes', () => {
  it(
    'brings the file to everybody in both modes, tells who gave what, and leaves nothing behind',
    async () => {
      const size = 300_000
      // So slow that the two meet while there is something left, on a busy machine too.
      const slow = { up: 2e6, sourceUp: 2e6 }
      const points = await race(spec({ peers: [2], size, ...slow }))
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
      expect(http.bound).toBeCloseTo(2.4)
      expect(http.sourcePayload).toBeGreaterThanOrEqual(2 * size)
      expect(http.peers.every(({ bytes }) => bytes[0]!.at(-1) === size)).toBe(true)
      expect(p2p.bound).toBeCloseTo(1.2)
      // The source's one copy went to the two, who gave each other the rest.
      const fromEachOther = p2p.peers.flatMap(({ bytes }) => bytes.slice(1).map((curve) => curve.at(-1)!))
      expect(fromEachOther.reduce((sum, bytes) => sum + bytes, 0)).toBeGreaterThan(size / 8)
      expect(p2p.givers.map(({ isSource }) => isSource)).toEqual([true, false, false])
      expect(await leftBehind()).toEqual([])
    },
    TIMEOUT,
  )

  it(
    'says so when the processor is the limit',
    async () => {
      const fast = { up: 1e11, down: 1e11, sourceUp: 1e11 }
      const points = await race(spec({ peers: [2], size: 2 ** 26, modes: ['http'], ...fast }))
      expect(points[0]!.isProcessorLimited).toBe(true)
    },
    TIMEOUT,
  )
})
