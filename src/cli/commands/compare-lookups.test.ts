import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { raceSignal, ShoalError } from '../../base/index.ts'
import type { LookupComparison, LookupPoint, LookupSpec } from '../../contract/index.ts'
import type { Client } from '../command.ts'
import { fakeContext } from '../fake-core.ts'
import { run } from '../run.ts'

const POINT: LookupPoint = {
  way: 'dns',
  memory: 'cold',
  n: 16,
  off: 0.25,
  lookups: 40,
  found: 33,
  messages: 6.41237,
  rounds: 3.2,
  medianMs: 1.23456,
  longestMs: null,
  expected: { messages: null, rounds: null, found: 0.82397 },
}

/** A core that compares as the script has it; `never`: it hangs after its first point. */
function comparing(end: 'done' | 'never' | ShoalError) {
  const fake = fakeContext({ states: [] })
  const asked: LookupSpec[] = []
  async function* compare(spec: LookupSpec, signal: AbortSignal): AsyncGenerator<LookupComparison> {
    const points = [POINT, { ...POINT, way: 'dht' as const, medianMs: null }]
    yield { state: 'running', spec, points: points.slice(0, 1), progress: 0.5, doing: null }
    if (end === 'never') await raceSignal(new Promise<never>(() => {}), signal)
    if (end instanceof ShoalError) throw end
    const machine = { platform: 'x', cores: 1, processor: 'x', version: 'x' }
    yield { state: 'done', result: { v: 1, id: 'lookups-1', at: 0, spec, machine, points } }
  }
  const lookups = {
    compare: async (spec: LookupSpec, { signal }: { signal: AbortSignal }) => (
      asked.push(spec),
      compare(spec, signal)
    ),
    export: async ({ id, format }: { id: string; format: string }) => ({ text: `${id} as ${format}` }),
  }
  const { openCore } = fake.context
  const context: typeof fake.context = {
    ...fake.context,
    openCore: async (...args) => {
      const core = await openCore(...args)
      return { ...core, client: { ...core.client, compare: { lookups } } as unknown as Client }
    },
  }
  return { ...fake, context, asked }
}

describe('shoal compare --lookups', () => {
  it('tells every point once, as an event', async () => {
    const { context, events } = comparing('done')
    expect(await run(['compare', '--lookups', '--json'], context)).toBe(0)
    expect(events()).toHaveLength(2)
    expect(events()[0]).toEqual({
      event: 'lookups',
      ...POINT,
      messages: 6.412,
      medianMs: 1.235,
      expected: { ...POINT.expected, found: 0.824 },
    })
  })

  it('prints a table', async () => {
    const { context, written } = comparing('done')
    expect(await run(['compare', '--lookups'], context)).toBe(0)
    const lines = written.out.trimEnd().split('\n')
    expect(lines.at(-2)).toMatch(/^DNS, nothing cached +16 +25% +33 of 40 +6\.4 +3\.2 +– +1\.23 ms$/)
    expect(lines.at(-1)).toMatch(/^DHT, first time .* –$/)
  })

  it('asks for what the command line says, and for the usual otherwise', async () => {
    const { context, asked } = comparing('done')
    await run(['compare', '--lookups'], context)
    expect(asked[0]).toEqual({
      peers: [4, 16, 64, 256],
      lookups: 8,
      off: [0.25, 0.5, 0.75],
      servers: 2,
      k: 20,
    })
    const words = '--lookups --peers 8,32 --times 4 --off 10%,50 --servers 1 --k 2'
    await run(['compare', ...words.split(' ')], context)
    expect(asked[1]).toEqual({ peers: [8, 32], lookups: 4, off: [0.1, 0.5], servers: 1, k: 2 })
    await run(['compare', '--lookups', '--off', 'none'], context)
    expect(asked[2]).toMatchObject({ off: [] })
  })

  it.each([
    ['--peers', '1'],
    ['--peers', '4,x'],
    ['--peers', '257'],
    ['--times', '0'],
    ['--off', '100'],
    ['--k', '21'],
    ['--servers', '0'],
    ['--size', '8MiB'],
    ['--out', 'picture.svg'],
  ])('refuses %s %s before anything is started', async (option, value) => {
    const { context, asked, calls } = comparing('done')
    expect(await run(['compare', '--lookups', option, value], context)).toBe(2)
    expect([asked, calls]).toEqual([[], []])
  })

  it.each(['json', 'csv'])('writes the saved result as .%s', async (format) => {
    const dir = await mkdtemp(join(tmpdir(), 'shoal-out-'))
    onTestFinished(() => rm(dir, { recursive: true }))
    const { context } = comparing('done')
    const path = join(dir, `names.${format}`)
    expect(await run(['compare', '--lookups', '--out', path, '--quiet'], context)).toBe(0)
    expect(await readFile(path, 'utf8')).toBe(`lookups-1 as ${format}`)
  })

  it('ends the comparison when interrupted, and exits with 130', async () => {
    const { context, interrupt, asked } = comparing('never')
    const ended = run(['compare', '--lookups', '--json'], context)
    await expect.poll(() => asked.length).toBe(1)
    interrupt.abort()
    expect(await ended).toBe(130)
  })

  it('fails with the reason of a comparison that failed', async () => {
    const { context, written } = comparing(new ShoalError('timeout', 'no answer within 300 s'))
    expect(await run(['compare', '--lookups', '--json'], context)).toBe(1)
    expect(written.err).toBe('shoal: no answer within 300 s\n')
  })
})
