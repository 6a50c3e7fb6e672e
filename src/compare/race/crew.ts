import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock, type AbortOptions } from '../../base/index.ts'
import type { RaceSpec } from '../../contract/index.ts'
import { AccessPoint } from './air.ts'
import { RacerProcess } from './processes.ts'

type Part = 'source' | 'peer'

/** The processes of one race, started when they are first needed and used for every run of it. */
export class Crew {
  readonly root: string
  readonly #spec: RaceSpec
  readonly #air: AccessPoint | undefined
  readonly #racers = new Map<string, RacerProcess>()
  #count = 0

  private constructor(root: string, spec: RaceSpec) {
    this.root = root
    this.#spec = spec
    if (spec.medium === 'wifi') this.#air = new AccessPoint(systemClock, spec.down / 8)
  }

  /** Makes a temporary folder for everything the race writes; `end` removes it. */
  static async create(spec: RaceSpec): Promise<Crew> {
    return new Crew(await mkdtemp(join(tmpdir(), `shoal-race-${process.pid}-`)), spec)
  }

  /** So many sources or downloaders, all of them running. */
  async get(part: Part, count: number, options: AbortOptions): Promise<RacerProcess[]> {
    const ids = Array.from({ length: count }, (_, i) => `${part === 'peer' ? 'p' : 's'}${i + 1}`)
    return Promise.all(ids.map((id) => this.#running(id, part, options)))
  }

  /** Ends every process and removes what they wrote. */
  async end(): Promise<void> {
    this.#air?.close()
    await Promise.all([...this.#racers.values()].map((racer) => racer.end()))
    await rm(this.root, { recursive: true, force: true, maxRetries: 5 })
  }

  /** A folder of its own for one process in one run. */
  async folder(): Promise<string> {
    const dir = join(this.root, String(this.#count++))
    await mkdir(dir)
    return dir
  }

  async #running(id: string, part: Part, options: AbortOptions): Promise<RacerProcess> {
    const there = this.#racers.get(id)
    if (there?.isRunning) return there
    const { up, down, sourceUp, delayMs } = this.#spec
    const isSource = part === 'source'
    const racer = new RacerProcess(id, {
      dir: await this.folder(),
      sharesAir: this.#air !== undefined,
      // A source receives requests alone. Nobody sends faster to one downloader than its downlink takes.
      link: {
        up: (isSource ? sourceUp : up) / 8,
        down: isSource ? 0 : down / 8,
        connection: down / 8,
        delayMs,
      },
    })
    this.#racers.set(id, racer)
    const air = this.#air
    if (air) {
      const crossings = isSource ? 1 : 2
      racer.events.on('told', (told) => {
        if (told.is !== 'air') return
        air.ask({ bytes: told.bytes, crossings, grant: (bytes) => racer.order({ do: 'air', bytes }) })
      })
    }
    await racer.next('started', options)
    return racer
  }
}
