/**
 * How far the scheduling policy is from the textbook bound, on a virtual clock: `node bench/simulator.ts [--seeds N] [--only A,B]
 * [--world delay|queue] [--ablations]`. Perfect is 1.046 (headers).
 */
import { parseArgs } from 'node:util'
import { boundSeconds, SCENARIOS, WORLDS } from '../src/peer-to-peer/swarm/policy/simulator/scenarios.ts'
import type { ScenarioName } from '../src/peer-to-peer/swarm/policy/simulator/scenarios.ts'
import { simulate } from '../src/peer-to-peer/swarm/policy/simulator/simulation.ts'
import type { Scenario } from '../src/peer-to-peer/swarm/policy/simulator/simulation.ts'
import { median } from './tools.ts'

const ABLATIONS: Record<string, Partial<Scenario>> = {
  'no limit in progress': { fixedLimit: Number.POSITIVE_INFINITY },
  'source only answers': { tuning: { spread: false } },
  'round-robin first copies': { tuning: { handOut: 'round-robin' } },
  'no end game': { tuning: { endGame: false } },
}

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '3' },
    only: { type: 'string' },
    world: { type: 'string' },
    ablations: { type: 'boolean' },
  },
})
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1)
const wanted = values.only?.split(',')

function row(scenario: Scenario, label = scenario.name): string {
  const started = performance.now()
  const results = seeds.map((seed) => simulate(scenario, seed))
  const bound = boundSeconds(scenario)
  const ratios = results.map(({ seconds }) => seconds / bound)
  const complete = results.map(({ completed, stayed }) => `${completed}/${stayed}`)
  const columns = [
    label.padEnd(34),
    median(ratios).toFixed(3),
    Math.max(...ratios).toFixed(3),
    median(results.map(({ sourceCopies }) => sourceCopies)).toFixed(3),
    [...new Set(complete)].join(' '),
    String(median(results.map(({ messages }) => messages))),
    `${Math.round((performance.now() - started) / seeds.length)} ms`,
  ]
  return columns.join('  ')
}

const isWorld = (name: string): name is keyof typeof WORLDS => name in WORLDS

const print = (line: string): void => void process.stdout.write(`${line}\n`)

print(
  'scenario                            time ÷ bound: median, worst; source sent ÷ F; complete; control messages; CPU',
)
for (const world of Object.keys(WORLDS).filter(isWorld)) {
  if (values.world !== undefined && values.world !== world) continue
  print(world === 'delay' ? '-- 30 ms for control messages' : '-- control messages behind the data')
  for (const name of Object.keys(SCENARIOS) as ScenarioName[]) {
    if (wanted && !wanted.includes(name)) continue
    const scenario: Scenario = { ...SCENARIOS[name], ...WORLDS[world] }
    print(row(scenario))
    if (!values.ablations) continue
    for (const [label, change] of Object.entries(ABLATIONS))
      print(row({ ...scenario, ...change }, `  ${label}`))
  }
}
