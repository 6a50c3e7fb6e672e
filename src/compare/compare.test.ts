import { forkRacer } from './race/fork-racer.ts'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ShoalError, seededRandom, silentLogger, systemClock } from '../base/index.ts'
import type { RaceEvent, RaceLive } from '../contract/index.ts'
import { Compare, type RunRace } from './compare.ts'
import { MAX_QUEUED_EVENTS } from './limits.ts'
import { point, result, spec } from './test-runs.ts'

async function room(runRace: RunRace): Promise<{ compare: Compare; home: string }> {
  const home = await mkdtemp(join(tmpdir(), 'shoal-compare-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  const random = seededRandom(1)
  const compare = new Compare({
    home,
    version: '1',
    clock: systemClock,
    random,
    log: silentLogger,
    spawn: forkRacer,
    runRace,
  })
  onTestFinished(() => compare.stop())
  return { compare, home }
}

async function until(compare: Compare, is: RaceEvent['is']): Promise<RaceEvent[]> {
  const seen: RaceEvent[] = []
  for await (const event of compare.watch()) {
    seen.push(event)
    if (event.is === is) break
  }
  return seen
}

const live = (seconds: number): RaceLive => ({
  mode: 'http',
  n: 1,
  repeat: 1,
  phase: 'running',
  seconds,
  bound: 1,
  size: 1,
  sourceBytes: 0,
  givers: [],
  peers: [],
})

const forEver: RunRace = (_spec, _listener, signal) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))

describe('a comparison', () => {
  it('is told from beginning to end, and saved', async () => {
    const { compare } = await room(async (_spec, listener) => {
      listener.live(live(0.5))
      listener.point(point())
      listener.point(point({ mode: 'p2p' }))
    })
    const watching = until(compare, 'ended')
    const id = await compare.start(spec())
    const events = await watching
    expect(events.map(({ is }) => is)).toEqual(['none', 'begun', 'live', 'point', 'point', 'ended'])
    expect(events[1]).toMatchObject({ raceId: id, total: 4, points: [] })
    // 1 and 2 s through the server, 1 and 1 s among peers.
    expect((events[1] as { boundSeconds: number }).boundSeconds).toBeCloseTo(5)
    expect(events.at(-1)).toEqual({ is: 'ended', raceId: id, end: { is: 'finished' } })
    expect(await compare.results()).toMatchObject([{ id, points: 2, ground: 'here' }])
    expect((await compare.load(id)).points.map(({ mode }) => mode)).toEqual(['http', 'p2p'])
  })

  it('shows who comes late the points so far, and the end after the end', async () => {
    const go = Promise.withResolvers<void>()
    const { compare } = await room(async (_spec, listener) => {
      listener.point(point())
      await go.promise
    })
    await compare.start(spec())
    await until(compare, 'begun')
    const [begun] = await until(compare, 'begun')
    expect(begun).toMatchObject({ is: 'begun', points: [{ mode: 'http' }] })
    go.resolve()
    await until(compare, 'ended')
    expect((await until(compare, 'ended')).map(({ is }) => is)).toEqual(['begun', 'ended'])
  })

  it('lets a slow watcher begin anew instead of keeping everything for it', async () => {
    const go = Promise.withResolvers<void>()
    const { compare } = await room(async (_spec, listener) => {
      await go.promise
      for (let i = 0; i < 2 * MAX_QUEUED_EVENTS; i++) listener.point(point({ repeat: i }))
    })
    await compare.start(spec())
    const watch = compare.watch()
    expect(await watch.next()).toMatchObject({ value: { is: 'begun', points: [] } })
    go.resolve()
    await until(compare, 'ended')
    const events: RaceEvent[] = []
    for await (const event of watch) {
      events.push(event)
      if (event.is === 'ended') break
    }
    const begun = events.findLast((event) => event.is === 'begun')
    expect(begun?.points).toHaveLength(2 * MAX_QUEUED_EVENTS)
    expect(events.length).toBeLessThan(MAX_QUEUED_EVENTS)
  })

  it('is one at a time, ends when cancelled, and is then not saved', async () => {
    const { compare } = await room(forEver)
    await compare.start(spec())
    await expect(compare.start(spec())).rejects.toMatchObject({ code: 'already-running' })
    await compare.cancel()
    expect((await until(compare, 'ended')).at(-1)).toMatchObject({ end: { is: 'cancelled' } })
    expect(await compare.results()).toEqual([])
    await compare.start(spec())
  })

  it('tells why it failed, and another can begin', async () => {
    const { compare } = await room(async () => {
      throw new ShoalError('disk-full', 'no room')
    })
    await compare.start(spec())
    const ended = (await until(compare, 'ended')).at(-1)
    expect(ended).toMatchObject({ end: { is: 'failed', problem: { code: 'disk-full', message: 'no room' } } })
    await compare.start(spec())
  })

  it('ends with its room', async () => {
    const { compare } = await room(forEver)
    await compare.start(spec())
    const watching = until(compare, 'ended')
    await compare.stop()
    await watching
  })

  it('refuses a file that is not there, or empty', async () => {
    const { compare, home } = await room(forEver)
    await expect(compare.start(spec({ path: join(home, 'missing') }))).rejects.toMatchObject({
      code: 'path-missing',
    })
    await writeFile(join(home, 'empty'), '')
    await expect(compare.start(spec({ path: join(home, 'empty') }))).rejects.toMatchObject({
      code: 'empty-share',
    })
    await writeFile(join(home, 'some'), 'x'.repeat(1234))
    await compare.start(spec({ path: join(home, 'some') }))
    expect((await until(compare, 'begun')).at(-1)).toMatchObject({ spec: { size: 1234 } })
  })
})

describe('saved results', () => {
  it('are listed newest first, exported, imported under an id of their own, and removed', async () => {
    const { compare } = await room(forEver)
    const { text } = { text: JSON.stringify(result()) }
    const first = await compare.import(text)
    const again = await compare.import((await compare.export(first, 'json', 'en')).text)
    expect(again).not.toBe(first)
    expect((await compare.results()).map(({ id }) => id).toSorted()).toEqual([first, again].toSorted())
    expect((await compare.load(again)).points).toEqual(result().points)
    await compare.remove(first)
    expect((await compare.results()).map(({ id }) => id)).toEqual([again])
  })

  it('that are damaged or foreign are left out, and never end the list', async () => {
    const { compare, home } = await room(forEver)
    const good = await compare.import(JSON.stringify(result()))
    const dir = join(home, 'compare')
    await writeFile(join(dir, 'race-1700000000001-00000000.json'), '{"v":1')
    await writeFile(
      join(dir, 'race-1700000000002-00000000.json'),
      JSON.stringify({ ...result(), points: [{}] }),
    )
    await writeFile(join(dir, 'notes.json'), '{}')
    await mkdir(join(dir, 'race-1700000000003-00000000.json'))
    expect((await compare.results()).map(({ id }) => id)).toEqual([good])
    await expect(compare.load('race-1700000000001-00000000')).rejects.toMatchObject({
      code: 'storage-corrupt',
    })
  })

  it.each(['../core', '../../etc/passwd', 'race-1', '', 'race-1700000000000-0a0b0c0d/../x', 'x\0'])(
    'are found by their ids alone: %j',
    async (id) => {
      const { compare } = await room(forEver)
      await expect(compare.load(id)).rejects.toMatchObject({ code: 'not-found' })
      await expect(compare.remove(id)).rejects.toMatchObject({ code: 'not-found' })
    },
  )

  it.each(['', '{', 'null', '[]', '{"v":2}', JSON.stringify({ ...result(), spec: { peers: [1e9] } })])(
    'are not imported from what is no result (%#)',
    async (json) => {
      const { compare, home } = await room(forEver)
      await expect(compare.import(json)).rejects.toMatchObject({ code: 'storage-corrupt' })
      expect(await readdir(home)).toEqual([])
    },
  )
})
