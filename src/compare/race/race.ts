import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock, systemRandom, type Clock } from '../../base/index.ts'
import type { Mode, RaceLive, RacePoint, RaceSpec } from '../../contract/index.ts'
import { boundOf } from '../report/bound.ts'
import { pointOf, setRates } from '../report/point.ts'
import { MAX_WARM_UPS, WARM_RATIO, WARM_UP_BYTES } from '../limits.ts'
import { LocalCrew } from './crew.ts'
import { cpuSeconds } from './measured.ts'
import { Run } from './run.ts'
import type { SpawnRacer } from './spawn-racer.ts'

/** One run to come. */
export interface PlannedRun {
  readonly mode: Mode
  readonly n: number
  readonly repeat: number
  readonly bound: number
}

export interface RaceListener {
  live(live: RaceLive): void
  point(point: RacePoint): void
}

export interface RaceOptions {
  readonly spawn: SpawnRacer
  /** No uncounted runs first: for tests, where times do not matter. */
  readonly isCold?: boolean
  readonly clock?: Clock
}

const WRITE_BYTES = 2 ** 20

/** Every N in every mode, again and again; which mode comes first alternates, so that neither always finds the machine warmer. */
export function planOf(spec: RaceSpec): PlannedRun[] {
  const { peers, modes, repeats, servers, size } = spec
  let round = 0
  return Array.from({ length: repeats }, (_, i) => i + 1).flatMap((repeat) =>
    peers.flatMap((n) => {
      const order = round++ % 2 === 0 ? modes : modes.toReversed()
      return order.map((mode) => {
        const bound = boundOf({ mode, size, servers, rates: setRates(spec, n) })
        return { mode, n, repeat, bound: bound.seconds }
      })
    }),
  )
}

/** Runs a race in processes of this machine, and leaves nothing behind, however it ends. */
export async function runRace(
  spec: RaceSpec,
  listener: RaceListener,
  signal: AbortSignal,
  { spawn, isCold, clock = systemClock }: RaceOptions,
): Promise<void> {
  const crew = await LocalCrew.create(spec, { spawn, clock })
  try {
    const file = spec.path ?? (await randomFile(join(crew.root, 'file.bin'), spec.size, signal))
    const nothing = { phase: 'preparing' as const, seconds: 0, sourceBytes: 0, givers: [], peers: [] }
    const plan = planOf(spec)
    listener.live({ ...plan[0]!, size: spec.size, ...nothing })
    if (!isCold) await warmUp(crew, spec, { signal, clock })
    crew.shape()
    for (const planned of plan) {
      signal.throwIfAborted()
      const { mode, n, repeat } = planned
      const common = { ...planned, size: spec.size }
      listener.live({ ...common, ...nothing })
      const onLive = (live: Omit<RaceLive, keyof typeof common>): void =>
        listener.live({ ...common, ...live })
      const measured = await new Run({ crew, spec, mode, n, file, signal, clock, onLive }).run()
      listener.point(pointOf(measured, { servers: spec.servers, repeat, rates: setRates(spec, n) }))
    }
  } finally {
    await crew.end()
  }
}

/**
 * Uncounted runs of each mode with everybody in it, not shaped, until they cost no less processor time than the one before.
 * Programs that have just been started compile their code while they race, which on two processors costs more than the race.
 */
async function warmUp(
  crew: LocalCrew,
  spec: RaceSpec,
  { signal, clock }: { signal: AbortSignal; clock: Clock },
): Promise<void> {
  const size = Math.min(spec.size, WARM_UP_BYTES)
  const file = await randomFile(join(crew.root, 'warm-up.bin'), size, signal)
  const { switchOffAt: _, ...rest } = spec
  const n = Math.max(...spec.peers)
  for (const mode of spec.modes) {
    let before = Infinity
    for (let i = 0; i < MAX_WARM_UPS; i++) {
      const run = new Run({ crew, spec: { ...rest, size }, mode, n, file, signal, clock, onLive: () => {} })
      const { sources, peers } = await run.run()
      const cost = [...sources, ...peers].reduce((sum, trace) => sum + cpuSeconds(trace), 0)
      if (cost > WARM_RATIO * before) break
      before = cost
    }
  }
}

/** A race with a file of this laptop is a race with its size. */
export async function withRealSize(spec: RaceSpec): Promise<RaceSpec> {
  if (spec.path === undefined) return spec
  return { ...spec, size: (await stat(spec.path)).size }
}

export async function randomFile(path: string, size: number, signal: AbortSignal): Promise<string> {
  const file = await open(path, 'wx', 0o600)
  try {
    for (let at = 0; at < size; at += WRITE_BYTES) {
      signal.throwIfAborted()
      await file.write(systemRandom.bytes(Math.min(WRITE_BYTES, size - at)))
    }
    return path
  } finally {
    await file.close()
  }
}
