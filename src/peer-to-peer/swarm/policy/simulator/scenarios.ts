import type { ReceiverSpec, Scenario } from './simulation.ts'

const MIB = 2 ** 20

/** Receivers alike, Mbit/s. */
export function alike(n: number, up: number, down: number): ReceiverSpec[] {
  return Array.from({ length: n }, () => ({ up, down }))
}

const A: Scenario = {
  name: 'A: N=8, 50/200, 64 MiB',
  bytes: 64 * MIB,
  sources: [{ up: 50, down: 200 }],
  receivers: alike(8, 50, 200),
}

const many = (n: number): Scenario => ({
  name: `E: N=${n}, 20/100, 16 MiB`,
  bytes: 16 * MIB,
  sources: [{ up: 20, down: 100 }],
  receivers: alike(n, 20, 100),
})

/** Where control messages wait: 30 ms on every path, or in the same queues as the data, on a LAN. */
export const WORLDS = {
  delay: { controlDelayMs: 30 },
  queue: { controlDelayMs: 0.5, roundTripMs: 1, queueControl: true },
} satisfies Record<string, Partial<Scenario>>

/** The mixes by which the policy is judged; the first ones are those of the testbed. */
export const SCENARIOS = {
  A,
  B: {
    name: 'B: N=4, 200/200, 128 MiB',
    bytes: 128 * MIB,
    sources: [{ up: 200, down: 200 }],
    receivers: alike(4, 200, 200),
  },
  C: {
    name: 'C: N=1, 200/200, 128 MiB',
    bytes: 128 * MIB,
    sources: [{ up: 200, down: 200 }],
    receivers: alike(1, 200, 200),
  },
  E1: many(1),
  E2: many(2),
  E4: many(4),
  E8: many(8),
  E16: many(16),
  F: { ...A, name: 'F: A, source killed at 1.00 F', killSourceAt: 1.001 },
  G: {
    name: 'G: N=8, 10/40, 16 MiB',
    bytes: 16 * MIB,
    sources: [{ up: 10, down: 40 }],
    receivers: alike(8, 10, 40),
  },
  unequal: {
    ...A,
    name: 'A, uplinks 5 … 105',
    receivers: Array.from({ length: 8 }, (_, i) => ({ up: 5 + (100 * i) / 7, down: 200 })),
  },
  slow: { ...A, name: 'A, one uplink of 5', receivers: [{ up: 5, down: 200 }, ...alike(7, 50, 200)] },
  slowDown: {
    ...A,
    name: 'A, one downlink of 40',
    receivers: [{ up: 50, down: 40 }, ...alike(7, 50, 200)],
  },
  joining: {
    ...A,
    name: 'A, joining one per second',
    receivers: A.receivers.map((receiver, i) => ({ ...receiver, joinAt: i })),
  },
  late: {
    ...A,
    name: 'A, one joins after 15 s',
    receivers: A.receivers.map((receiver, i) => ({ ...receiver, joinAt: i === 7 ? 15 : 0 })),
  },
  twoSources: {
    ...A,
    name: 'A, two sources of 25',
    sources: [
      { up: 25, down: 200 },
      { up: 25, down: 200 },
    ],
  },
  leaving: {
    ...A,
    name: 'A, two leave half-way',
    receivers: A.receivers.map((receiver, i) => (i < 2 ? { ...receiver, leaveAt: 0.4 + i / 5 } : receiver)),
  },
  fastSource: {
    ...A,
    name: 'N=12, source 200, uplinks 20',
    sources: [{ up: 200, down: 200 }],
    receivers: alike(12, 20, 200),
  },
  sixty: { ...A, name: 'N=60, 50/200, 64 MiB', receivers: alike(60, 50, 200) },
} satisfies Record<string, Scenario>

export type ScenarioName = keyof typeof SCENARIOS

/**
 * max(F/us, F/d, N·F/(us+Σui)) in seconds, over those who stay. Who joins later has not uploaded before, and cannot be done
 * sooner than his own F/d after joining; leavers are counted as if they uploaded to the end.
 */
export function boundSeconds({ bytes, sources, receivers }: Scenario): number {
  const megabits = (bytes * 8) / 1e6
  const stayed = receivers.filter((receiver) => receiver.leaveAt === undefined)
  const fromSources = sources.reduce((sum, { up }) => sum + up, 0)
  const all = receivers.reduce((sum, { up }) => sum + up, fromSources)
  const notYetThere = stayed.reduce((sum, { up, joinAt = 0 }) => sum + up * joinAt, 0)
  const downloads = stayed.map(({ down, joinAt = 0 }) => joinAt + megabits / down)
  return Math.max(megabits / fromSources, (stayed.length * megabits + notYetThere) / all, ...downloads)
}
