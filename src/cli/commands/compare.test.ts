import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { RaceEvent, RacePoint, RaceSpec } from '../../contract/index.ts'
import type { Client } from '../command.ts'
import { fakeContext } from '../fake-core.ts'
import { run } from '../run.ts'

function point(change: Partial<RacePoint>): RacePoint {
  return {
    mode: 'http',
    n: 1,
    repeat: 1,
    seconds: 3.4567,
    completed: 1,
    bound: 3.35544,
    boundTerm: 'source-uplink',
    terms: [],
    sourceBytes: 8_400_000,
    sourcePayload: 8_388_608,
    peerBytes: 0,
    reasons: [
      { is: 'start', seconds: 0.08 },
      { is: 'tail', seconds: 0.02126 },
    ],
    processorBusy: 0.3,
    sourceCpuSeconds: 0.1,
    isProcessorLimited: false,
    switchedOffAt: null,
    rates: { source: 20e6, peers: [], medium: null },
    givers: [],
    peers: [],
    ...change,
  }
}

/** A core that runs the race it is told, as the script has it. */
function racing(points: readonly RacePoint[], end: Extract<RaceEvent, { is: 'ended' }>['end'] | 'never') {
  const fake = fakeContext({ states: [] })
  const started: RaceSpec[] = []
  const stopped = Promise.withResolvers<void>()
  async function* watch(): AsyncGenerator<RaceEvent> {
    const spec = started[0]!
    yield {
      is: 'begun',
      raceId: 'r',
      ground: 'here',
      spec,
      points: points.slice(0, 1),
      total: 2,
      boundSeconds: 1,
    }
    for (const each of points.slice(1)) yield { is: 'point', point: each }
    if (end === 'never') await stopped.promise
    yield { is: 'ended', raceId: 'r', end: end === 'never' ? { is: 'cancelled' } : end }
  }
  const compare = {
    start: async (spec: RaceSpec) => (started.push(spec), { raceId: 'r' }),
    watch: async () => watch(),
    cancel: async () => stopped.resolve(),
    export: async ({ format }: { format: string }) => ({ name: 'x', type: 'x', text: `as ${format}` }),
  }
  const { openCore } = fake.context
  const context: typeof fake.context = {
    ...fake.context,
    openCore: async (...args) => {
      const core = await openCore(...args)
      return { ...core, client: { ...core.client, compare } as unknown as Client }
    },
  }
  return { ...fake, context, started }
}

const TWO = [point({}), point({ mode: 'p2p', isProcessorLimited: true })]

describe('shoal compare', () => {
  it('tells every point as an event', async () => {
    const { context, events } = racing(TWO, { is: 'finished' })
    expect(await run(['compare', '--json'], context)).toBe(0)
    expect(events()).toHaveLength(2)
    expect(events()[0]).toEqual({
      event: 'result',
      mode: 'http',
      n: 1,
      seconds: 3.457,
      bound: 3.355,
      sourceBytes: 8_400_000,
      reasons: [
        { is: 'start', seconds: 0.08 },
        { is: 'tail', seconds: 0.021 },
      ],
      completed: 1,
      processorLimited: false,
    })
  })

  it('prints a table that says why, and when it was the processor', async () => {
    const { context, written } = racing(TWO, { is: 'finished' })
    expect(await run(['compare'], context)).toBe(0)
    const lines = written.out.trimEnd().split('\n')
    expect(lines.at(-2)).toMatch(
      /^client-server +1 +3\.46 s +3\.36 s +1\.03 +8\.01 MiB +connecting 0\.08 s, last chunks/,
    )
    expect(lines.at(-1)).toMatch(/^peer-to-peer .*THE PROCESSOR IS THE LIMIT/)
  })

  it('asks for what the command line says, and for the usual otherwise', async () => {
    const { context, started } = racing(TWO, { is: 'finished' })
    await run(['compare'], context)
    expect(started[0]).toEqual({
      peers: [1, 2, 4, 8],
      size: 8 * 2 ** 20,
      up: 20e6,
      down: 100e6,
      sourceUp: 20e6,
      delayMs: 0,
      servers: 1,
      medium: 'switch',
      modes: ['http', 'p2p'],
      repeats: 1,
    })
    const words =
      '--peers 3,5 --size 1MiB --up 1Mbit --down 2Mbit --source-up 3Mbit --servers 2 --medium wifi --mode p2p'
    await run(['compare', ...words.split(' '), '--repeat', '2', '--switch-off', '0.5'], context)
    expect(started[1]).toMatchObject({
      peers: [3, 5],
      size: 2 ** 20,
      up: 1e6,
      down: 2e6,
      sourceUp: 3e6,
      servers: 2,
      medium: 'wifi',
      modes: ['p2p'],
      repeats: 2,
      switchOffAt: 0.5,
    })
  })

  it.each([
    ['--peers', '0'],
    ['--peers', '1,x'],
    ['--peers', '65'],
    ['--peers', ''],
    ['--size', '0'],
    ['--size', 'big'],
    ['--up', '0'],
    ['--up', 'fast'],
    ['--servers', '17'],
    ['--mode', 'constructor'],
    ['--medium', 'wire'],
    ['--switch-off', 'now'],
    ['--out', 'picture.gif'],
  ])('refuses %s %s before anything is started', async (option, value) => {
    const { context, started, calls } = racing(TWO, { is: 'finished' })
    expect(await run(['compare', option, value], context)).toBe(2)
    expect([started, calls]).toEqual([[], []])
  })

  it.each(['json', 'csv', 'svg'])('writes the result as .%s', async (format) => {
    const dir = await mkdtemp(join(tmpdir(), 'shoal-out-'))
    onTestFinished(() => rm(dir, { recursive: true }))
    const { context } = racing(TWO, { is: 'finished' })
    const path = join(dir, `result.${format}`)
    expect(await run(['compare', '--out', path, '--quiet'], context)).toBe(0)
    expect(await readFile(path, 'utf8')).toBe(`as ${format}`)
  })

  it('cancels the race when interrupted, and exits with 130', async () => {
    const { context, interrupt } = racing(TWO, 'never')
    const ended = run(['compare', '--json'], context)
    interrupt.abort()
    expect(await ended).toBe(130)
  })

  it('fails with the reason of a race that failed', async () => {
    const problem = { code: 'disk-full' as const, message: 'no room', data: {} }
    const { context, written } = racing(TWO, { is: 'failed', problem })
    expect(await run(['compare', '--json'], context)).toBe(1)
    expect(written.err).toBe('shoal: no room\n')
  })
})
