import { join } from 'node:path'
import type { LaptopRaceSpec, RaceLive, RacePoint, RaceSpec } from '../../contract/index.ts'
import { planOf, randomFile, type RaceListener } from '../race/race.ts'
import { Run } from '../race/run.ts'
import { boundOf } from '../report/bound.ts'
import { pointOf } from '../report/point.ts'
import { LaptopCrew, type LaptopRaceInit } from './laptop-crew.ts'
import { measureRates, slowestOf } from './rates.ts'

export interface LaptopRaceListener extends RaceListener {
  /** Who takes part and the rates are known: the race as it will be run. */
  measured(spec: RaceSpec, rates: RacePoint['rates']): void
}

/**
 * A race across laptops that are connected now: each is asked first, then rates are measured, then this laptop is source and
 * server in turn. Those who decline or do not answer are left out.
 * @throws ShoalError `declined` when nobody takes part.
 */
export async function runLaptopRace(
  init: LaptopRaceInit,
  listener: LaptopRaceListener,
  signal: AbortSignal,
): Promise<void> {
  const crew = new LaptopCrew()
  try {
    await crew.begin(init, signal)
    const rates = await measureRates(crew, { self: init.self.link, medium: init.spec.medium }, signal)
    const spec = specOf(init.spec, rates)
    listener.measured(spec, rates)
    const file = await randomFile(join(crew.root, 'file.bin'), spec.size, signal)
    for (const { mode, n, repeat } of planOf(spec)) {
      const bound = boundOf({ mode, size: spec.size, servers: 1, rates }).seconds
      const common = { mode, n, repeat, bound, size: spec.size }
      const nothing = { phase: 'preparing' as const, seconds: 0, sourceBytes: 0, givers: [], peers: [] }
      listener.live({ ...common, ...nothing })
      const onLive = (live: Omit<RaceLive, keyof typeof common>): void =>
        listener.live({ ...common, ...live })
      const measured = await new Run({ crew, spec, mode, n, file, signal, onLive }).run()
      listener.point(pointOf(measured, { servers: 1, repeat, rates }))
    }
  } finally {
    await crew.end()
  }
}

/** The race as it is saved: with the rates that were measured, the slowest of the downloaders'. */
function specOf({ size, modes, repeats }: LaptopRaceSpec, rates: RacePoint['rates']): RaceSpec {
  const { up, down } = slowestOf(rates)
  return {
    peers: [rates.peers.length],
    size,
    up,
    down,
    sourceUp: rates.source,
    delayMs: 0,
    servers: 1,
    medium: rates.medium === null ? 'switch' : 'wifi',
    modes,
    repeats,
  }
}
