// Larger races of real processes, in which times matter.
import { describe, expect, it } from 'vitest'
import type { RacePoint, RaceSpec } from '../../contract/index.ts'
import { MBIT, spec } from '../test-runs.ts'
import { forkRacer } from './fork-racer.ts'
import { runRace } from './race.ts'

async function race(wanted: RaceSpec, isCold = false): Promise<RacePoint[]> {
  const points: RacePoint[] = []
  const listener = { live: () => {}, point: (point: RacePoint) => points.push(point) }
  await runRace(wanted, listener, new AbortController().signal, { spawn: forkRacer, isCold })
  return points
}

describe('a race of processes', () => {
  it('keeps to its bounds, and repeats', async () => {
    const rates = { up: 20 * MBIT, down: 100 * MBIT, sourceUp: 20 * MBIT }
    const points = await race(spec({ peers: [1, 2, 4, 8], size: 8 * 2 ** 20, repeats: 2, ...rates }))
    for (const { mode, seconds, bound } of points)
      expect(seconds! / bound).toBeLessThan(mode === 'http' ? 1.1 : 1.25)
    for (const { mode, n, seconds } of points) {
      const others = points.filter((other) => other.mode === mode && other.n === n)
      for (const other of others) expect(Math.abs(other.seconds! / seconds! - 1)).toBeLessThan(0.1)
    }
  })

  it('goes on among peers when the source is switched off after a copy, and not when the server is', async () => {
    const [http, p2p] = (await race(spec({ peers: [2], size: 400_000, switchOffAt: 1.1 }), true)) as [
      RacePoint,
      RacePoint,
    ]
    expect(http).toMatchObject({ mode: 'http', seconds: null })
    expect(http.completed).toBeLessThan(2)
    expect(http.switchedOffAt).toBeGreaterThan(0)
    expect(p2p).toMatchObject({ mode: 'p2p', completed: 2 })
  })

  it('on Wi-Fi carries what goes from peer to peer through the air twice', async () => {
    const [http, p2p] = (await race(
      spec({ peers: [2], size: 200_000, medium: 'wifi', up: 8e6, down: 8e6, sourceUp: 80e6 }),
      true,
    )) as [RacePoint, RacePoint]
    expect([http.boundTerm, p2p.boundTerm]).toEqual(['medium', 'medium'])
    expect(http.seconds!).toBeGreaterThan(http.bound)
    // With a source that gives each byte once the other copy crosses the air twice: 1 + 2 instead of 2.
    expect(p2p.seconds!).toBeGreaterThan(p2p.bound)
  })
})
