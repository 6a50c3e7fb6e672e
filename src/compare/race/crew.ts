import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AbortOptions, Clock } from '../../base/index.ts'
import type { RaceSpec } from '../../contract/index.ts'
import { AccessPoint } from './air.ts'
import type { Host } from './messages.ts'
import type { Racer } from './racer-base.ts'
import { RacerProcess } from './racer-process.ts'
import type { SpawnRacer } from './spawn-racer.ts'

export type Part = 'source' | 'peer'

/** Those who run a race. */
export interface Crew {
  /** Where sources and downloaders listen. */
  readonly host: Host
  /** So many sources or downloaders, all of them there. */
  get(part: Part, count: number, options: AbortOptions): Promise<Racer[]>
  /** A folder of its own for one process of this machine in one run. */
  folder(): Promise<string>
}

export interface LocalCrewOptions {
  readonly spawn: SpawnRacer
  readonly clock: Clock
}

/** The processes of one race, started when they are first needed and used for every run of it. */
export class LocalCrew implements Crew {
  readonly host = '127.0.0.1'
  readonly root: string
  readonly #spec: RaceSpec
  readonly #spawn: SpawnRacer
  readonly #air: AccessPoint | undefined
  readonly #racers = new Map<string, { racer: Racer; part: Part }>()
  #count = 0
  #isShaped = false

  private constructor(root: string, spec: RaceSpec, { spawn, clock }: LocalCrewOptions) {
    this.root = root
    this.#spec = spec
    this.#spawn = spawn
    if (spec.medium === 'wifi') this.#air = new AccessPoint(clock)
  }

  /** Makes a temporary folder for everything the race writes; `end` removes it. */
  static async create(spec: RaceSpec, options: LocalCrewOptions): Promise<LocalCrew> {
    return new LocalCrew(await mkdtemp(join(tmpdir(), `shoal-race-${process.pid}-`)), spec, options)
  }

  async get(part: Part, count: number, options: AbortOptions): Promise<Racer[]> {
    const ids = Array.from({ length: count }, (_, i) => `${part === 'peer' ? 'p' : 's'}${i + 1}`)
    return Promise.all(ids.map((id) => this.#running(id, part, options)))
  }

  /** From now on every process is behind its link; before, nobody is. */
  shape(): void {
    this.#isShaped = true
    if (this.#air) this.#air.rate = this.#spec.down / 8
    for (const { racer, part } of this.#racers.values()) this.#shapeOne(racer, part)
  }

  /** Ends every process and removes what they wrote. */
  async end(): Promise<void> {
    this.#air?.close()
    await Promise.all([...this.#racers.values()].map(({ racer }) => racer.end()))
    await rm(this.root, { recursive: true, force: true, maxRetries: 5 })
  }

  async folder(): Promise<string> {
    const dir = join(this.root, String(this.#count++))
    await mkdir(dir)
    return dir
  }

  async #running(id: string, part: Part, options: AbortOptions): Promise<Racer> {
    const there = this.#racers.get(id)?.racer
    if (there?.isRunning) return there
    const own = { dir: this.root, sharesAir: this.#air !== undefined }
    const racer = new RacerProcess(id, own, this.#spawn)
    this.#racers.set(id, { racer, part })
    const air = this.#air
    if (air) {
      const crossings = part === 'source' ? 1 : 2
      racer.events.on('told', (told) => {
        if (told.is !== 'air') return
        air.ask({ bytes: told.bytes, crossings, grant: (bytes) => racer.order({ do: 'air', bytes }) })
      })
    }
    await racer.next('started', options)
    if (this.#isShaped) this.#shapeOne(racer, part)
    return racer
  }

  /** A source receives requests alone. Nobody sends faster to one downloader than its downlink takes. */
  #shapeOne(racer: Racer, part: Part): void {
    const { up, down, sourceUp, delayMs } = this.#spec
    const connection = down / 8
    const own = part === 'source' ? { up: sourceUp / 8, down: 0 } : { up: up / 8, down: down / 8 }
    racer.order({ do: 'link', link: { ...own, connection, delayMs } })
  }
}
