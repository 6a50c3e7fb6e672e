import { ShoalError, toHex, type Clock, type Logger, type Random } from '../../base/index.ts'
import {
  lookupResultSchema,
  type LookupComparison,
  type LookupDoing,
  type LookupPoint,
  type LookupResult,
  type LookupSpec,
  type LookupSummary,
} from '../../contract/index.ts'
import { machineOf } from '../machine.ts'
import { SavedResults } from '../results.ts'
import { lookupsToCsv } from './csv.ts'
import { MAX_RESULT_BYTES } from './limits.ts'
import { sweepInThread, type RunSweep } from './thread.ts'

export interface LookupsInit {
  readonly home: string
  readonly version: string
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** On a thread of its own, unless a test has another way. */
  readonly run?: RunSweep
}

/** Finding a name through servers and among peers: one comparison at a time, its results kept. */
export class Lookups {
  readonly #init: LookupsInit
  readonly #results: SavedResults<LookupResult, LookupSummary>
  #state: 'idle' | 'running' = 'idle'

  constructor(init: LookupsInit) {
    this.#init = init
    this.#results = new SavedResults({
      home: init.home,
      log: init.log,
      kind: 'lookups',
      schema: lookupResultSchema,
      maxBytes: MAX_RESULT_BYTES,
      summarise: ({ id, at, spec, points }) => ({ id, at, spec, points: points.length }),
    })
  }

  async *compare(spec: LookupSpec, outer?: AbortSignal): AsyncGenerator<LookupComparison> {
    if (this.#state === 'running')
      throw new ShoalError('already-running', 'look-ups are being compared already')
    this.#state = 'running'
    const stop = new AbortController()
    const signal = AbortSignal.any([stop.signal, ...(outer ? [outer] : [])])
    const points: LookupPoint[] = []
    let doing: LookupDoing | null = null
    let progress = 0
    try {
      const running = (): LookupComparison => ({
        state: 'running',
        spec,
        points: [...points],
        progress,
        doing,
      })
      yield running()
      for await (const news of (this.#init.run ?? sweepInThread)(spec, signal)) {
        if (news.is === 'point') points.push(news.point)
        else ({ doing, part: progress } = news)
        yield running()
      }
      yield { state: 'done', result: await this.#keep(spec, points) }
    } finally {
      stop.abort(new ShoalError('cancelled', 'nobody looks any more'))
      this.#state = 'idle'
    }
  }

  results(): Promise<LookupSummary[]> {
    return this.#results.list()
  }

  load(id: string): Promise<LookupResult> {
    return this.#results.load(id)
  }

  remove(id: string): Promise<void> {
    return this.#results.remove(id)
  }

  /** Keeps a result that was exported, under an id of its own. Throws `storage-corrupt`. */
  async import(json: string): Promise<string> {
    const id = this.#newId()
    await this.#results.save({ ...this.#results.parse(json), id })
    return id
  }

  async export(id: string, format: 'json' | 'csv'): Promise<{ name: string; type: string; text: string }> {
    const result = await this.load(id)
    const name = `${id}.${format}`
    return format === 'csv'
      ? { name, type: 'text/csv', text: lookupsToCsv(result) }
      : { name, type: 'application/json', text: `${JSON.stringify(result, undefined, 1)}\n` }
  }

  async #keep(spec: LookupSpec, points: readonly LookupPoint[]): Promise<LookupResult> {
    const at = this.#init.clock.wallNow()
    const machine = machineOf(this.#init.version)
    const result = { v: 1 as const, id: this.#newId(), at, spec, machine, points: [...points] }
    await this.#results.save(result)
    return result
  }

  #newId(): string {
    return `lookups-${this.#init.clock.wallNow()}-${toHex(this.#init.random.bytes(4))}`
  }
}
