import { type Clock, type Logger, type Random } from '../../base/index.ts'
import { type LookupDoing, type LookupPoint, type LookupSpec } from '../../contract/index.ts'
import {
  dhtFound,
  dhtMessagesAtLeast,
  dhtRounds,
  dnsFound,
  dnsMessages,
  ZONES_ON_THE_WAY,
} from '../../theory/index.ts'
import { DNS_TIMES, MAX_NAMES, WARM_UPS } from './limits.ts'
import { NameServers } from './name-servers.ts'
import { PeerNetwork } from './peer-network.ts'
import { pointOf, type Sample } from './sample.ts'

/** What a comparison tells while it goes on. `part` of the work is done, 0…1. */
export type SweepNews =
  | { readonly is: 'doing'; readonly doing: LookupDoing; readonly part: number }
  | { readonly is: 'point'; readonly point: LookupPoint }

export interface SweepContext {
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly signal?: AbortSignal | undefined
  readonly tell: (news: SweepNews) => void
}

/** Measures every point of a comparison, the smallest network first. */
export async function sweep(spec: LookupSpec, context: SweepContext): Promise<void> {
  const peers = [...new Set(spec.peers)].toSorted((a, b) => a - b)
  const work = new Work(spec, peers, context.tell)
  await warmUp(spec, context)
  for (const n of peers) {
    const off = n === peers.at(-1) ? [...new Set(spec.off)].toSorted((a, b) => a - b) : []
    await throughServers(spec, n, off, context, work)
    await amongPeers(spec, n, off, context, work)
  }
}

/** Look-ups that are not counted: programs that have just been started compile their code while they are measured. */
async function warmUp({ k }: LookupSpec, context: SweepContext): Promise<void> {
  const servers = await NameServers.open({ ...context, names: 1, servers: 1 })
  try {
    for (let i = 0; i < WARM_UPS; i++) await servers.localServer().find(0)
  } finally {
    await servers.stop()
  }
  const network = await PeerNetwork.open({ ...context, laptops: 2, k })
  try {
    await network.put(0)
    await network.lookUp(0, context.signal)
  } finally {
    await network.stop()
  }
}

async function throughServers(
  spec: LookupSpec,
  n: number,
  off: readonly number[],
  context: SweepContext,
  work: Work,
): Promise<void> {
  const { random, tell, signal } = context
  const servers = await NameServers.open({ ...context, names: n, servers: spec.servers })
  try {
    for (const part of [0, ...off]) {
      work.begin({ is: 'servers', n, off: part })
      const cold: Sample[] = []
      const warm: Sample[] = []
      for (let i = 0; i < spec.lookups * DNS_TIMES; i++) {
        signal?.throwIfAborted()
        const name = random.below(n)
        const local = servers.localServer()
        // Who is to ask a second time asked before the servers went off.
        if (part > 0) await local.find(name)
        await servers.switchOff(() => random.next() < part)
        const fresh = part > 0 ? servers.localServer() : local
        cold.push(await fresh.find(name))
        warm.push(await local.find(name))
        await servers.switchOff(() => false)
      }
      const rounds = part > 0 ? null : ZONES_ON_THE_WAY
      const first = {
        messages: part > 0 ? null : dnsMessages(false),
        rounds,
        found: dnsFound(part, spec.servers),
      }
      const again = { messages: dnsMessages(true), rounds: 0, found: 1 }
      const common = { way: 'dns', n, off: part } as const
      tell({ is: 'point', point: pointOf({ ...common, memory: 'cold', expected: first }, cold) })
      tell({ is: 'point', point: pointOf({ ...common, memory: 'warm', expected: again }, warm) })
    }
  } finally {
    await servers.stop()
  }
}

async function amongPeers(
  spec: LookupSpec,
  n: number,
  off: readonly number[],
  { random, tell, signal }: SweepContext,
  work: Work,
): Promise<void> {
  const { k } = spec
  work.begin({ is: 'building', n, off: 0 })
  const onBuilt = (part: number): void => work.within(part)
  const network = await PeerNetwork.open({ laptops: n, k, random, onBuilt, signal })
  try {
    const names = Math.min(n, MAX_NAMES)
    work.begin({ is: 'putting', n, off: 0 })
    for (let i = 0; i < names; i++) {
      await network.put(i)
      work.within((i + 1) / names)
    }
    for (const part of [0, ...off]) {
      if (part > 0) {
        work.begin({ is: 'switching-off', n, off: part })
        await network.switchOff(part)
      }
      const asked = await ask(network, spec.lookups, names, { n, off: part, signal, work })
      const isWhole = part === 0
      const expected = {
        messages: isWhole ? dhtMessagesAtLeast(n, k) : null,
        rounds: isWhole ? dhtRounds(n, k) : null,
        found: dhtFound(part, Math.min(n, k)),
      }
      const common = { way: 'dht', n, off: part, expected } as const
      for (const memory of ['cold', 'warm'] as const)
        tell({ is: 'point', point: pointOf({ ...common, memory }, asked[memory]) })
    }
  } finally {
    await network.stop()
  }
}

async function ask(
  network: PeerNetwork,
  lookups: number,
  names: number,
  { n, off, signal, work }: { n: number; off: number; signal: AbortSignal | undefined; work: Work },
): Promise<{ cold: Sample[]; warm: Sample[] }> {
  work.begin({ is: 'asking', n, off })
  const asked: { cold: Sample[]; warm: Sample[] } = { cold: [], warm: [] }
  for (let i = 0; i < lookups; i++) {
    signal?.throwIfAborted()
    const { cold, warm } = await network.lookUp(i % names, signal)
    asked.cold.push(cold)
    asked.warm.push(warm)
    work.within((i + 1) / lookups)
  }
  return asked
}

/** What each step costs beside the others, measured once: for a bar that moves evenly. */
function costOf({ is, n }: LookupDoing, { lookups, k }: LookupSpec): number {
  const met = Math.min(n, k + 5)
  switch (is) {
    case 'servers':
      return lookups * DNS_TIMES * 0.15
    case 'building':
      return n * (0.05 + 0.005 * Math.min(n, k * Math.log2(n)))
    case 'putting':
      return Math.min(n, MAX_NAMES) * met
    case 'asking':
      return lookups * met * 1.3
    case 'switching-off':
      return n * 0.05
  }
}

/** How far a comparison is. */
class Work {
  readonly #tell: SweepContext['tell']
  readonly #spec: LookupSpec
  readonly #total: number
  #done = 0
  #now: { doing: LookupDoing; cost: number } | undefined

  constructor(spec: LookupSpec, peers: readonly number[], tell: SweepContext['tell']) {
    this.#tell = tell
    this.#spec = spec
    const doings = peers.flatMap((n) => {
      const whole = (['servers', 'building', 'putting', 'asking'] as const).map((is) => ({ is, n, off: 0 }))
      const off = n === peers.at(-1) ? new Set(spec.off) : []
      const parts = [...off].flatMap((part) =>
        (['servers', 'switching-off', 'asking'] as const).map((is) => ({ is, n, off: part })),
      )
      return [...whole, ...parts]
    })
    this.#total = doings.reduce((sum, doing) => sum + costOf(doing, spec), 0)
  }

  begin(doing: LookupDoing): void {
    this.#done += this.#now?.cost ?? 0
    this.#now = { doing, cost: costOf(doing, this.#spec) }
    this.within(0)
  }

  /** So much of the step that goes on is done. */
  within(part: number): void {
    const { doing, cost } = this.#now!
    this.#tell({ is: 'doing', doing, part: Math.min(1, (this.#done + part * cost) / this.#total) })
  }
}
