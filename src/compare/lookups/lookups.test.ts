import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { raceSignal, ShoalError, silentLogger, systemClock, systemRandom } from '../../base/index.ts'
import { lookupSpecSchema, type LookupComparison } from '../../contract/index.ts'
import { Lookups } from './index.ts'
import { sweepInThread, type RunSweep } from './thread.ts'
import type { SweepNews } from './sweep.ts'

const SPEC = lookupSpecSchema.parse({ peers: [2], lookups: 2, off: [0.5], servers: 1 })
const POINT = {
  way: 'dns',
  memory: 'cold',
  n: 2,
  off: 0.25,
  lookups: 10,
  found: 9,
  messages: 6.25,
  rounds: 3,
  medianMs: 1.23456,
  longestMs: null,
  expected: { messages: null, rounds: null, found: 0.75 },
} as const
const DOING = { is: 'asking', n: 2, off: 0 } as const

async function lookups(run?: RunSweep): Promise<Lookups> {
  const home = await mkdtemp(join(tmpdir(), 'shoal-lookups-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  const components = { clock: systemClock, random: systemRandom, log: silentLogger }
  return new Lookups({ home, version: '1.2.3', ...components, ...(run ? { run } : {}) })
}

async function* made(): AsyncGenerator<SweepNews> {
  yield { is: 'doing', doing: DOING, part: 0.5 }
  yield { is: 'point', point: POINT }
}

async function resultOf(comparison: AsyncIterable<LookupComparison>) {
  let last: LookupComparison | undefined
  for await (last of comparison);
  return last?.state === 'done' ? last.result : undefined
}

describe('a comparison of look-ups', () => {
  it('tells how far it is and what is measured, and is kept when it is done', async () => {
    const room = await lookups(made)
    const told: LookupComparison[] = []
    for await (const each of room.compare(SPEC)) told.push(each)
    expect(told[1]).toMatchObject({ state: 'running', progress: 0.5, doing: DOING, points: [] })
    expect(told[2]).toMatchObject({ state: 'running', points: [POINT] })
    const [summary] = await room.results()
    expect(summary).toMatchObject({ spec: SPEC, points: 1 })
    expect(await room.load(summary!.id)).toEqual((told.at(-1) as { result: unknown }).result)
  })

  it('is exported as JSON that can be taken in again, and as CSV', async () => {
    const room = await lookups(made)
    const { id } = (await resultOf(room.compare(SPEC)))!
    const again = await room.import((await room.export(id, 'json')).text)
    expect(again).not.toBe(id)
    expect((await room.load(again)).points).toEqual([POINT])
    const csv = (await room.export(id, 'csv')).text.split('\r\n')
    expect(csv[1]).toBe('dns,cold,2,0.25,10,9,6.25,3,1.235,,,,0.75')
    expect(csv[0]!.split(',')).toHaveLength(csv[1]!.split(',').length)
  })

  it.each(['{', '{}', '{"v":1,"id":"x"}', 'null'])('refuses %s as a result', async (json) => {
    await expect((await lookups()).import(json)).rejects.toMatchObject({ code: 'storage-corrupt' })
  })

  it.each(['../../etc/passwd', 'race-1700000000000-00000000'])('loads nothing by the id %s', async (id) => {
    await expect((await lookups()).load(id)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('is one at a time, ends with who follows it, and keeps nothing then', async () => {
    let signal: AbortSignal | undefined
    const room = await lookups(async function* (_spec, given) {
      signal = given
      yield* made()
      await raceSignal(new Promise<never>(() => {}), given)
    })
    const first = room.compare(SPEC)
    await first.next()
    await first.next()
    await expect(room.compare(SPEC).next()).rejects.toMatchObject({ code: 'already-running' })
    await first.return(undefined)
    expect(signal?.aborted).toBe(true)
    expect(await room.results()).toEqual([])
    await room.compare(SPEC).next()
  })
})

describe('on a thread of its own', { timeout: 60_000 }, () => {
  it('every point is measured over real sockets', async () => {
    const points = (await resultOf((await lookups()).compare(SPEC)))!.points
    const kinds = points.map(({ way, memory, off }) => `${way} ${memory} ${off}`)
    expect(kinds).toEqual([
      ...['dns cold 0', 'dns warm 0', 'dns cold 0.5', 'dns warm 0.5'],
      ...['dht cold 0', 'dht warm 0', 'dht cold 0.5', 'dht warm 0.5'],
    ])
    const at = (kind: string) => points[kinds.indexOf(kind)]!
    expect(at('dns cold 0')).toMatchObject({ found: 10, lookups: 10, messages: 6, rounds: 3 })
    expect(at('dns warm 0.5')).toMatchObject({ found: 10, messages: 0, rounds: 0 })
    expect(at('dht cold 0')).toMatchObject({ found: 2, messages: 4, rounds: 1 })
    for (const { medianMs, found } of points) if (found > 0) expect(medianMs).toBeGreaterThan(0)
  })

  it('ends at once when it is cancelled', async () => {
    const stop = new AbortController()
    const running = sweepInThread({ ...SPEC, peers: [64] }, stop.signal)
    await running.next()
    const reason = new ShoalError('cancelled', 'enough')
    stop.abort(reason)
    await expect(resultOfSweep(running)).rejects.toBe(reason)
  })
})

async function resultOfSweep(running: AsyncIterable<SweepNews>): Promise<void> {
  for await (const _news of running);
}
