/**
 * The swarm behind shaped links, three ways: N real processes on real sockets (those of *Compare*), the simulator with the
 * same links, and the textbook's bound. Run with `node bench/shaped.ts [--peers 1,2,4] [--size 8MiB] [--up 20Mbit]
 * [--down 100Mbit] [--source-up 20Mbit] [--runs 1]`. The links of *Compare* carry no headers, so 1 is perfect; those that the
 * simulator adds are taken off again.
 */
import { parseArgs } from 'node:util'
import { parseRate, parseSize } from '../src/base/index.ts'
import { raceSpecSchema, type RacePoint, type RaceSpec } from '../src/contract/index.ts'
import { forkRacer } from '../src/compare/race/fork-racer.ts'
import { runRace } from '../src/compare/race/race.ts'
import { HEADERS } from '../src/peer-to-peer/swarm/policy/simulator/links.ts'
import { alike, WORLDS } from '../src/peer-to-peer/swarm/policy/simulator/scenarios.ts'
import { simulate } from '../src/peer-to-peer/swarm/policy/simulator/simulation.ts'
import { median, print } from './tools.ts'

/** Simulated runs of each point: they take no time, and chance has its part in the order of chunks. */
const SEEDS = [1, 2, 3, 4, 5]

const { values } = parseArgs({
  options: {
    peers: { type: 'string', default: '1,2,4' },
    size: { type: 'string', default: '8MiB' },
    up: { type: 'string', default: '20Mbit' },
    down: { type: 'string', default: '100Mbit' },
    'source-up': { type: 'string', default: '20Mbit' },
    runs: { type: 'string', default: '1' },
  },
})

const spec = raceSpecSchema.parse({
  peers: values.peers.split(',').map(Number),
  size: parseSize(values.size),
  up: parseRate(values.up),
  down: parseRate(values.down),
  sourceUp: parseRate(values['source-up']),
  repeats: Number(values.runs),
  modes: ['p2p'],
})

/** Seconds for the same links on a virtual clock, without headers. */
function simulated({ size, up, down, sourceUp }: RaceSpec, n: number): number {
  const scenario = {
    name: `N=${n}`,
    bytes: size,
    sources: [{ up: sourceUp / 1e6, down: down / 1e6 }],
    receivers: alike(n, up / 1e6, down / 1e6),
    ...WORLDS.queue,
  }
  return median(SEEDS.map((seed) => simulate(scenario, seed).seconds)) / HEADERS
}

function row(n: number, points: readonly RacePoint[]): string {
  const done = points.flatMap(({ seconds }) => (seconds === null ? [] : [seconds]))
  if (done.length < points.length) return `${n}  not everybody got it`
  const [{ bound }] = points as [RacePoint]
  const seconds = median(done)
  const expected = simulated(spec, n)
  const copies = median(points.map(({ sourceBytes }) => sourceBytes)) / spec.size
  const columns = [bound, seconds / bound, expected / bound, seconds / expected, copies].map((value) =>
    value.toFixed(2).padStart(9),
  )
  const isBusy = points.some(({ isProcessorLimited }) => isProcessorLimited)
  return `${String(n).padStart(3)}${columns.join('')}${isBusy ? '  the processor was the limit' : ''}`
}

const points: RacePoint[] = []
const listener = { live: () => {}, point: (point: RacePoint) => void points.push(point) }
const interrupt = new AbortController()
process.once('SIGINT', () => interrupt.abort())
await runRace(spec, listener, interrupt.signal, { spawn: forkRacer })

print('  N  bound s  measured simulated  measured    source')
print('               ÷ bound   ÷ bound    ÷ sim.  sent ÷ F')
for (const n of spec.peers)
  print(
    row(
      n,
      points.filter((point) => point.n === n),
    ),
  )
if (points.some(({ seconds }) => seconds === null)) process.exitCode = 1
