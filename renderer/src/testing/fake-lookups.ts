import {
  lookupSpecSchema,
  type LookupComparison,
  type LookupPoint,
  type LookupResult,
  type LookupSpec,
} from '../../../src/contract/index.ts'
import { dhtFound, dhtMessagesAtLeast, dhtRounds, dnsFound } from '../../../src/theory/look-ups.ts'
import type { CoreClient } from '../core/client.ts'

/** Comparisons of look-ups that exist only in this page: made up, and there at once. */
export function fakeLookups(now: number, lively: boolean): CoreClient['compare']['lookups'] {
  const results: LookupResult[] = lively ? [fakeLookupResult('lookups-a', now - 7_200_000)] : []
  const find = (id: string): LookupResult => results.find((each) => each.id === id)!
  return {
    compare: async (input) => {
      const result = fakeLookupResult(`lookups-${results.length + 1}`, now, lookupSpecSchema.parse(input))
      results.unshift(result)
      return whole(result) as never
    },
    results: async () => results.map(({ id, at, spec, points }) => ({ id, at, spec, points: points.length })),
    load: async ({ id }) => find(id),
    remove: async ({ id }) => void results.splice(results.indexOf(find(id)), 1),
    import: async () => ({ id: results[0]!.id }),
    export: async ({ id, format }) => ({
      name: `${id}.${format}`,
      type: 'text/plain',
      text: JSON.stringify(find(id)),
    }),
  }
}

async function* whole(result: LookupResult): AsyncGenerator<LookupComparison> {
  const doing = { is: 'asking', n: result.spec.peers.at(-1)!, off: 0 } as const
  const points = result.points.slice(0, 4)
  yield { state: 'running', spec: result.spec, points, progress: 0.4, doing }
  yield { state: 'done', result }
}

export function fakeLookupResult(
  id: string,
  at: number,
  spec: LookupSpec = lookupSpecSchema.parse({}),
): LookupResult {
  const machine = { platform: 'linux', cores: 2, processor: 'made up', version: '0.1.0' }
  const largest = spec.peers.at(-1)!
  const points = spec.peers.flatMap((n) =>
    [0, ...(n === largest ? spec.off : [])].flatMap((off) => pointsOf(spec, n, off)),
  )
  return { v: 1, id, at, spec, machine, points }
}

function pointsOf({ lookups, servers, k }: LookupSpec, n: number, off: number): LookupPoint[] {
  const dns = { way: 'dns', n, off, lookups: 5 * lookups, longestMs: 9 } as const
  const dht = { way: 'dht', n, off, lookups, longestMs: 900 } as const
  const cold = dnsFound(off, servers)
  const kept = dhtFound(off, Math.min(n, k))
  const asked = dhtMessagesAtLeast(n, k)
  const none = { messages: null, rounds: null }
  const whole = (messages: number, rounds: number) => (off > 0 ? none : { messages, rounds })
  const expectedOfPeers = { ...whole(asked, dhtRounds(n, k)), found: kept }
  return [
    {
      ...dns,
      memory: 'cold',
      found: Math.round(5 * lookups * cold),
      messages: 6,
      rounds: 3,
      medianMs: 0.9,
      expected: { ...whole(6, 3), found: cold },
    },
    {
      ...dns,
      memory: 'warm',
      found: 5 * lookups,
      messages: 0,
      rounds: 0,
      medianMs: 0.03,
      expected: { messages: 0, rounds: 0, found: 1 },
    },
    {
      ...dht,
      memory: 'cold',
      found: Math.round(lookups * kept),
      messages: (1 + n / 300) * asked * (1 - off),
      rounds: dhtRounds(n, k),
      medianMs: 40 + 60 * Math.log2(n),
      expected: expectedOfPeers,
    },
    {
      ...dht,
      memory: 'warm',
      found: Math.round(lookups * kept),
      messages: asked * (1 - off),
      rounds: 1,
      medianMs: 20 + 15 * Math.log2(n),
      expected: expectedOfPeers,
    },
  ]
}
