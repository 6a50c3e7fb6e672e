import {
  raceSpecSchema,
  type Mode,
  type RaceEvent,
  type RacePeer,
  type RacePoint,
  type RaceResult,
  type RaceSpecInput,
} from '../../../src/contract/index.ts'
import { boundOf } from '../compare/model/bounds.ts'
import { bytesAt } from '../compare/model/replay.ts'

const STEPS = 40
const MBIT = 1e6

/** A run as it could have been: a little over its bound, every byte from somebody. */
export function fakePoint(
  asked: RaceSpecInput,
  mode: Mode,
  n: number,
  change: Partial<RacePoint> = {},
): RacePoint {
  const spec = raceSpecSchema.parse(asked)
  const { size, up, down, sourceUp, medium } = spec
  const bound = boundOf(spec, mode, n)
  const over = mode === 'http' ? 0.02 * bound.seconds + 0.04 : 0.07 * bound.seconds + 0.06
  const seconds = bound.seconds + over
  const peers = Array.from({ length: n }, (_, i) => fakePeer(mode, n, i, size, seconds))
  const copies = mode === 'http' ? n : 1.03
  return {
    mode,
    n,
    repeat: 1,
    seconds,
    completed: n,
    bound: bound.seconds,
    boundTerm: bound.bottleneck,
    terms: bound.terms.map((term) => ({ is: term.bottleneck, seconds: term.seconds })),
    sourceBytes: Math.round(1.03 * copies * size),
    sourcePayload: Math.round(copies * size),
    peerBytes: mode === 'http' ? Math.round(0.002 * n * size) : Math.round(1.04 * (n - 1) * size),
    reasons: [
      { is: 'start', seconds: 0.1 * over },
      { is: 'overhead', seconds: 0.4 * over },
      { is: 'repeats', seconds: 0.1 * over },
      { is: 'idle', seconds: 0.1 * over },
      { is: 'tail', seconds: 0.3 * over },
    ],
    processorBusy: 0.2,
    sourceCpuSeconds: 0.1,
    isProcessorLimited: false,
    switchedOffAt: null,
    rates: {
      source: sourceUp,
      peers: Array.from({ length: n }, () => ({ up, down })),
      medium: medium === 'wifi' ? down : null,
    },
    givers: [
      { id: 's1', name: mode === 'http' ? 'server' : 'source', isSource: true },
      ...Array.from({ length: mode === 'http' ? 0 : n }, (_, i) => ({
        id: `p${i + 1}`,
        name: `peer ${i + 1}`,
        isSource: false,
      })),
    ],
    peers,
    ...change,
  }
}

function fakePeer(mode: Mode, n: number, i: number, size: number, seconds: number): RacePeer {
  const end = seconds * (1 - 0.03 * ((i * 7) % 5) * (n > 1 ? 0.4 : 0))
  const at = Array.from({ length: STEPS }, (_, step) => ((step + 1) / STEPS) * end)
  const held = at.map((_, step) => (size * (step + 1)) / STEPS)
  const others = mode === 'http' ? [] : Array.from({ length: n }, (_, g) => (g === i ? 0 : 1))
  const own = mode === 'http' ? 1 : 1 / n
  const rest = others.reduce<number>((sum, each) => sum + each, 0) || 1
  const bytes = [
    held.map((each) => each * (n === 1 ? 1 : own)),
    ...others.map((share) => held.map((each) => (n === 1 ? 0 : (each * (1 - own) * share) / rest))),
  ]
  const common = { sent: size, received: size, cpuSeconds: 0.1 }
  return { id: `p${i + 1}`, name: `peer ${i + 1}`, seconds: end, at, bytes, ...common }
}

export const FAKE_SPEC: RaceSpecInput = {
  peers: [1, 2, 4, 8],
  size: 2 ** 21,
  up: 20 * MBIT,
  down: 100 * MBIT,
  sourceUp: 20 * MBIT,
}

export function fakeResult(id: string, at: number, asked: RaceSpecInput = FAKE_SPEC): RaceResult {
  const spec = raceSpecSchema.parse(asked)
  return {
    v: 1,
    id,
    at,
    ground: 'here',
    spec,
    machine: { platform: 'linux', cores: 8, processor: 'made up', version: '0.1.0' },
    points: spec.modes.flatMap((mode) => spec.peers.map((n) => fakePoint(asked, mode, n))),
  }
}

/** How a point looks while it runs. */
export function fakeLive(
  point: RacePoint,
  size: number,
  seconds: number,
): Extract<RaceEvent, { is: 'live' }> {
  const { mode, n, repeat, bound, givers } = point
  const share = Math.min(1, seconds / (point.seconds ?? 1))
  const peers = point.peers.map((peer) => ({
    id: peer.id,
    name: peer.name,
    bytes: bytesAt(peer, seconds),
    seconds: peer.seconds !== null && seconds >= peer.seconds ? peer.seconds : null,
  }))
  const live = { mode, n, repeat, phase: 'running' as const, seconds, bound, size, givers, peers }
  return { is: 'live', live: { ...live, sourceBytes: Math.round(share * point.sourceBytes) } }
}
