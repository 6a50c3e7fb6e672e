import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import type { RaceLive, RacePoint, RaceSpec } from '../../contract/index.ts'
import { STALL_MS } from '../limits.ts'
import { spec } from '../test-runs.ts'
import { planOf, runRace } from './race.ts'
import { FakeRacers } from './test-racers.ts'

interface Watched {
  readonly points: RacePoint[]
  readonly lives: RaceLive[]
  readonly abort: AbortController
  readonly run: Promise<void>
}

function start(racers: FakeRacers, wanted: RaceSpec, options: { isCold?: boolean } = {}): Watched {
  const points: RacePoint[] = []
  const lives: RaceLive[] = []
  const abort = new AbortController()
  const listener = {
    live: (live: RaceLive) => lives.push(live),
    point: (point: RacePoint) => points.push(point),
  }
  const { clock, spawn } = racers
  const run = runRace(wanted, listener, abort.signal, { spawn, clock, isCold: true, ...options })
  return { points, lives, abort, run: racers.during(run) }
}

async function race(racers: FakeRacers, wanted: RaceSpec): Promise<Watched> {
  const watched = start(racers, wanted)
  await watched.run
  return watched
}

async function leftBehind(): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith(`shoal-race-${process.pid}-`))
}

describe('the plan of a race', () => {
  it('runs every N in every mode, the other mode first each time', () => {
    const plan = planOf(spec({ peers: [1, 2, 4], repeats: 2 }))
    const order = plan.map(({ mode, n, repeat }) => `${mode}${n}.${repeat}`)
    expect(order.slice(0, 6)).toEqual(['http1.1', 'p2p1.1', 'p2p2.1', 'http2.1', 'http4.1', 'p2p4.1'])
    expect(order).toHaveLength(12)
    expect(new Set(order).size).toBe(12)
  })
})

describe('a race', () => {
  it('uses the same processes for every run, each behind its link, and ends them all', async () => {
    const racers = new FakeRacers()
    const { points } = await race(racers, spec({ peers: [1, 2], size: 300_000, delayMs: 3 }))
    expect(points.map(({ mode, n, completed }) => [mode, n, completed])).toEqual([
      ['http', 1, 1],
      ['p2p', 1, 1],
      ['p2p', 2, 2],
      ['http', 2, 2],
    ])
    expect(racers.racers.map(({ state }) => state)).toEqual(['released', 'released', 'released'])
    const links = racers.racers.map(({ orders }) => orders.filter((order) => order.do === 'link'))
    const common = { connection: 1e7, delayMs: 3 }
    expect(links).toEqual([
      [{ do: 'link', link: { up: 1e6, down: 0, ...common } }],
      [{ do: 'link', link: { up: 1e6, down: 1e7, ...common } }],
      [{ do: 'link', link: { up: 1e6, down: 1e7, ...common } }],
    ])
    expect(await leftBehind()).toEqual([])
  })

  it('tells how it stands, from making ready to the end', async () => {
    const { lives } = await race(new FakeRacers(), spec({ peers: [2], size: 300_000, modes: ['http'] }))
    expect(lives[0]).toMatchObject({ phase: 'preparing', mode: 'http', n: 2, size: 300_000 })
    const last = lives.at(-1)!
    expect(last.phase).toBe('running')
    // The server's own count may be a sample behind.
    expect(last.sourceBytes).toBeGreaterThan(300_000)
    expect(last.peers.map(({ id, bytes }) => [id, bytes])).toEqual([
      ['p1', [300_000, 0, 0]],
      ['p2', [300_000, 0, 0]],
    ])
    const told = lives.map(({ sourceBytes }) => sourceBytes)
    expect(told).toEqual(told.toSorted((a, b) => a - b))
  })

  it('has the downloaders of a swarm connect to its source before bytes move', async () => {
    const racers = new FakeRacers()
    await race(racers, spec({ peers: [3], size: 100_000 }))
    const met = racers.racers.map(({ orders }) => orders.filter((order) => order.do === 'meet'))
    const source = ['/at/peer-1']
    expect(met).toEqual([
      [],
      [{ do: 'meet', others: [source] }],
      [{ do: 'meet', others: [source] }],
      [{ do: 'meet', others: [source] }],
    ])
    for (const { orders } of racers.racers.slice(1)) {
      const swarm = orders.map(({ do: what }) => what).slice(orders.findIndex((order) => order.do === 'meet'))
      expect(swarm.slice(0, 3)).toEqual(['meet', 'go', 'finish'])
    }
  })

  it('splits the downloaders among servers', async () => {
    const racers = new FakeRacers()
    const { points } = await race(racers, spec({ peers: [3], size: 200_000, servers: 2, modes: ['http'] }))
    const origins = racers.racers.flatMap(({ fetched }) =>
      fetched.map((offer) => offer.is === 'server' && offer.origin),
    )
    expect(origins).toEqual(['http://127.0.0.1:8001', 'http://127.0.0.1:8002', 'http://127.0.0.1:8001'])
    const [point] = points as [RacePoint]
    expect(point.givers.map(({ isSource }) => isSource)).toEqual([true, true, false, false, false])
    expect(point.peers.map(({ bytes }) => bytes.slice(0, 2).map((curve) => curve.at(-1)))).toEqual([
      [200_000, 0],
      [0, 200_000],
      [200_000, 0],
    ])
  })

  it('goes on among peers when the source is switched off after a copy, and not when the server is', async () => {
    const racers = new FakeRacers()
    const { points } = await race(racers, spec({ peers: [2], size: 2_000_000, switchOffAt: 1.1 }))
    const [http, p2p] = points as [RacePoint, RacePoint]
    expect(http).toMatchObject({ mode: 'http', seconds: null, completed: 0 })
    expect(http.switchedOffAt).toBeCloseTo(1.1, 0)
    expect(p2p).toMatchObject({ mode: 'p2p', completed: 2 })
    // Each mode has its own switched off: a new one takes its place.
    expect(racers.racers.filter(({ state }) => state === 'killed')).toHaveLength(2)
  })

  it('warms up everybody, without links and uncounted, until it costs no less', async () => {
    const racers = new FakeRacers()
    const wanted = spec({ peers: [1, 2], size: 200_000, modes: ['p2p'] })
    const { points, run } = start(racers, wanted, { isCold: false })
    await run
    expect(points).toHaveLength(2)
    const [source] = racers.racers
    const orders = source!.orders.map(({ do: what }) => what)
    expect(orders.indexOf('link')).toBe(orders.lastIndexOf('link'))
    expect(orders.slice(0, orders.indexOf('link')).filter((what) => what === 'go')).toHaveLength(2)
    expect(orders.slice(orders.indexOf('link')).filter((what) => what === 'go')).toHaveLength(2)
  })

  it('in which nothing moves any more is given up', async () => {
    const racers = new FakeRacers()
    racers.disturb = (_racer, order) => (order.do === 'go' ? 'silence' : undefined)
    const { points } = await race(racers, spec({ peers: [1], size: 200_000, modes: ['http'] }))
    expect(points[0]).toMatchObject({ seconds: null, completed: 0 })
    expect(racers.clock.now()).toBeGreaterThan(STALL_MS)
  })

  it.each([
    ['cannot be made ready', 'prepare'],
    ['breaks while it runs', 'go'],
  ] as const)('fails with whoever %s, and leaves nothing behind', async (_what, when) => {
    const racers = new FakeRacers()
    racers.disturb = (_racer, order) =>
      order.do === when ? { is: 'failed', code: 'path-missing', message: 'no such file' } : undefined
    await expect(race(racers, spec({ peers: [1], size: 1000 }))).rejects.toMatchObject({
      name: 'ShoalError',
      message: expect.stringContaining('no such file') as string,
    })
    expect(racers.racers.every(({ state }) => state === 'released')).toBe(true)
    expect(await leftBehind()).toEqual([])
  })

  it('fails when a process dies', async () => {
    const racers = new FakeRacers()
    racers.disturb = (racer, order) => {
      if (order.do === 'go' && racer === racers.racers[1]) racer.kill()
      return undefined
    }
    await expect(race(racers, spec({ peers: [1], size: 1_000_000 }))).rejects.toThrow('p1')
    expect(await leftBehind()).toEqual([])
  })

  it('ends at once when it is cancelled, and leaves nothing behind', async () => {
    const racers = new FakeRacers()
    const { run, abort, lives } = start(racers, spec({ peers: [1], size: 1e7 }))
    while (!lives.some(({ phase }) => phase === 'running')) await new Promise((done) => setTimeout(done, 1))
    abort.abort(new Error('enough'))
    await expect(run).rejects.toThrow('enough')
    expect(racers.racers.every(({ state }) => state === 'released')).toBe(true)
    expect(await leftBehind()).toEqual([])
  })
})
