import {
  errorMessage,
  isErrorCode,
  ShoalError,
  toHex,
  toShoalError,
  type Clock,
  type Logger,
  type Random,
} from '../base/index.ts'
import {
  raceResultSchema,
  raceSpecSchema,
  type LaptopRaceSpec,
  type RaceEnd,
  type RaceEvent,
  type RaceGround,
  type RaceInvitation,
  type RaceLaptop,
  type RaceResult,
  type RaceSpec,
  type RaceSummary,
} from '../contract/index.ts'
import type { LaptopRaceListener } from './laptops/laptop-race.ts'
import type { Laptops } from './laptops/laptops.ts'
import { planOf, runRace, withRealSize } from './race/race.ts'
import type { SpawnRacer } from './race/spawn-racer.ts'
import { boundOf } from './report/bound.ts'
import { RaceLog } from './race-log.ts'
import { exportResult, type ExportFormat, type ExportLanguage } from './report/export.ts'
import { machineOf } from './machine.ts'
import { SavedResults } from './results.ts'
import { MAX_RESULT_BYTES } from './limits.ts'

/** Runs a race to its end. */
export type RunRace = (spec: RaceSpec, listener: LaptopRaceListener, signal: AbortSignal) => Promise<void>

const LEAST_RATE = 1000

export interface CompareInit {
  readonly home: string
  readonly version: string
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly spawn: SpawnRacer
  /** Of processes of this machine, unless a test has another. */
  readonly runRace?: RunRace
  /** Other laptops; without them only this machine races. */
  readonly laptops?: Laptops
}

type State = { is: 'idle' } | { is: 'running'; raceId: string; abort: AbortController; done: Promise<void> }

/** Both ways of getting a file, one against the other: one race at a time, its results kept. */
export class Compare {
  readonly #init: CompareInit
  readonly #results: SavedResults<RaceResult, RaceSummary>
  readonly #log = new RaceLog()
  #state: State = { is: 'idle' }

  constructor(init: CompareInit) {
    this.#init = init
    this.#results = new SavedResults({
      home: init.home,
      log: init.log,
      kind: 'race',
      schema: raceResultSchema,
      maxBytes: MAX_RESULT_BYTES,
      summarise: ({ id, at, ground, spec, points }) => ({ id, at, ground, spec, points: points.length }),
    })
  }

  /** Begins a race of processes of this machine. @throws ShoalError `already-running`, `path-missing`. */
  async start(wanted: RaceSpec): Promise<string> {
    this.#assertIdle()
    const spec = await withRealSize(wanted).catch((error: unknown) => {
      throw toShoalError(error, 'path-missing')
    })
    if (spec.size === 0) throw new ShoalError('empty-share', 'an empty file takes no time')
    const plan = planOf(spec)
    const boundSeconds = plan.reduce((sum, { bound }) => sum + bound, 0)
    const { spawn } = this.#init
    const run: RunRace = (known, listener, signal) => runRace(known, listener, signal, { spawn })
    return this.run('here', { spec, total: plan.length, boundSeconds }, this.#init.runRace ?? run)
  }

  /** Begins a race across laptops connected now. @throws ShoalError `already-running`, `not-supported`. */
  startLaptops(wanted: LaptopRaceSpec): string {
    const laptops = this.#laptops()
    if (laptops.isTakingPart)
      throw new ShoalError('already-running', 'this laptop takes part in a race already')
    const { modes, repeats, peerIds, size } = wanted
    // Until the rates are measured nothing is known of them.
    const unknown = { up: LEAST_RATE, down: LEAST_RATE, sourceUp: LEAST_RATE }
    const spec = raceSpecSchema.parse({ peers: [peerIds.length], size, modes, repeats, ...unknown })
    const plan = { spec, total: modes.length * repeats, boundSeconds: 0 }
    return this.run('laptops', plan, (_spec, listener, signal) => laptops.run(wanted, listener, signal))
  }

  watchLaptops(
    signal?: AbortSignal,
  ): AsyncGenerator<{ laptops: RaceLaptop[]; invitations: RaceInvitation[] }> {
    return this.#laptops().watch(signal)
  }

  answer(id: string, accept: boolean): Promise<void> {
    return this.#laptops().answer(id, accept)
  }

  /** Begins any race; `run` may tell other rates or points than planned. */
  run(
    ground: RaceGround,
    plan: { spec: RaceSpec; total: number; boundSeconds: number },
    run: RunRace,
  ): string {
    this.#assertIdle()
    const { clock, random } = this.#init
    const raceId = `race-${clock.wallNow()}-${toHex(random.bytes(4))}`
    const abort = new AbortController()
    this.#log.begin({ raceId, ground, ...plan })
    const done = this.#follow(raceId, ground, plan.spec, run, abort.signal)
    this.#state = { is: 'running', raceId, abort, done }
    return raceId
  }

  /** Ends the race going on; resolves when nothing of it is left. */
  async cancel(): Promise<void> {
    if (this.#state.is === 'idle') return
    const { abort, done } = this.#state
    abort.abort(new ShoalError('cancelled', 'the race was cancelled'))
    await done
  }

  watch(signal?: AbortSignal): AsyncGenerator<RaceEvent> {
    return this.#log.watch(signal)
  }

  results(): Promise<RaceSummary[]> {
    return this.#results.list()
  }

  load(id: string): Promise<RaceResult> {
    return this.#results.load(id)
  }

  /** Keeps a result that was exported, under an id of its own. */
  async import(json: string): Promise<string> {
    const result = this.#results.parse(json)
    const id = `race-${this.#init.clock.wallNow()}-${toHex(this.#init.random.bytes(4))}`
    await this.#results.save({ ...result, id })
    return id
  }

  remove(id: string): Promise<void> {
    return this.#results.remove(id)
  }

  async export(id: string, format: ExportFormat, language: ExportLanguage) {
    return exportResult(await this.load(id), format, language)
  }

  async stop(): Promise<void> {
    await this.cancel()
    this.#log.close()
  }

  #laptops(): Laptops {
    const { laptops } = this.#init
    if (!laptops) throw new ShoalError('not-supported', 'there are no other laptops here')
    return laptops
  }

  #assertIdle(): void {
    if (this.#state.is === 'running')
      throw new ShoalError('already-running', 'a race is going on; cancel it first')
  }

  async #follow(
    raceId: string,
    ground: RaceGround,
    spec: RaceSpec,
    run: RunRace,
    signal: AbortSignal,
  ): Promise<void> {
    const end = await this.#runToEnd({ raceId, ground, spec, run, signal })
    this.#state = { is: 'idle' }
    this.#log.end(end)
  }

  async #runToEnd(race: {
    raceId: string
    ground: RaceGround
    spec: RaceSpec
    run: RunRace
    signal: AbortSignal
  }): Promise<RaceEnd> {
    const { raceId, ground, run, signal } = race
    let { spec } = race
    try {
      // Whoever started it should first be told its name.
      await Promise.resolve()
      const listener: LaptopRaceListener = {
        live: this.#log.live.bind(this.#log),
        point: this.#log.point.bind(this.#log),
        measured: (known, rates) => {
          spec = known
          const { size } = spec
          const bounds = planOf(spec).map(({ mode }) => boundOf({ mode, size, servers: 1, rates }).seconds)
          const boundSeconds = bounds.reduce((sum, seconds) => sum + seconds, 0)
          this.#log.begin({ raceId, ground, spec, total: bounds.length, boundSeconds })
        },
      }
      await run(spec, listener, signal)
      await this.#results.save(this.#result(raceId, ground, spec))
      return { is: 'finished' }
    } catch (error) {
      if (signal.aborted) return { is: 'cancelled' }
      this.#init.log.warn('a race failed', { error: errorMessage(error) })
      const { code, message } = toShoalError(error)
      return { is: 'failed', problem: { code: isErrorCode(code) ? code : 'internal', message, data: {} } }
    }
  }

  #result(id: string, ground: RaceGround, spec: RaceSpec): RaceResult {
    return {
      v: 1,
      id,
      at: this.#init.clock.wallNow(),
      ground,
      spec,
      machine: machineOf(this.#init.version),
      points: [...this.#log.points],
    }
  }
}
