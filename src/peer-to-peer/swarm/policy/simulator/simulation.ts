import { seededRandom } from '../../../../base/random.ts'
import type { PartTable, PeerKey, Tuning } from '../types.ts'
import { EventQueue } from './event-queue.ts'
import { SimulatedNode } from './node.ts'
import type { NodeSpec, World } from './node.ts'

export interface ReceiverSpec {
  /** Mbit/s. */
  readonly up: number
  readonly down: number
  /** Seconds after the start; 0 when absent. */
  readonly joinAt?: number
  /** Leaves once it holds this part of the share, 0…1. */
  readonly leaveAt?: number
}

export interface Scenario {
  readonly name: string
  readonly bytes: number
  readonly sources: ReadonlyArray<{ readonly up: number; readonly down: number }>
  readonly receivers: readonly ReceiverSpec[]
  /** The first source is killed once it has sent this many times the share. */
  readonly killSourceAt?: number
  readonly chunkSize?: number
  readonly controlDelayMs?: number
  readonly roundTripMs?: number
  readonly queueControl?: boolean
  readonly acknowledgeEvery?: number
  readonly fixedLimit?: number
  readonly tuning?: Partial<Tuning>
  /** Virtual seconds after which it is given up. */
  readonly giveUpAfter?: number
}

export interface SimulationResult {
  /** Seconds until the last receiver that stayed held everything; Infinity if one never did. */
  readonly seconds: number
  readonly completed: number
  readonly stayed: number
  /** Payload the sources sent ÷ size of the share. */
  readonly sourceCopies: number
  readonly messages: number
  readonly violations: number
  readonly nodes: readonly SimulatedNode[]
}

const MIN_CHUNK = 32 * 1024
const HASHES_PER_PAGE = 8192

/** Chunk size, pages and lengths as the share format has them, for one file. */
export function partTable(bytes: number, chunkSize?: number): PartTable {
  let size = chunkSize ?? MIN_CHUNK
  if (chunkSize === undefined) while (size < bytes / 1024) size *= 2
  const chunks = Math.ceil(bytes / size)
  const hashPages = Math.ceil(chunks / HASHES_PER_PAGE)
  const pages = 1 + hashPages
  const lengthOf = (part: number): number => {
    if (part === 0) return 64
    if (part < pages) return 32 * Math.min(HASHES_PER_PAGE, chunks - (part - 1) * HASHES_PER_PAGE)
    return Math.min(size, bytes - (part - pages) * size)
  }
  return { parts: pages + chunks, pages, chunkSize: size, lengthOf }
}

/** Runs one distribution on a virtual clock: the same seed gives the same result on every machine. */
export function simulate(scenario: Scenario, seed: number, watch: World['watch'] = {}): SimulationResult {
  return new Simulation(scenario, seed, watch).run()
}

class Simulation {
  readonly #scenario: Scenario
  readonly #world: World
  readonly #queue = new EventQueue()
  readonly #nodes = new Map<PeerKey, SimulatedNode>()
  readonly #all: SimulatedNode[] = []

  constructor(scenario: Scenario, seed: number, watch: World['watch']) {
    const controlDelayMs = scenario.controlDelayMs ?? 30
    this.#scenario = scenario
    this.#world = {
      queue: this.#queue,
      table: partTable(scenario.bytes, scenario.chunkSize),
      random: seededRandom(seed),
      controlDelayMs,
      roundTripMs: scenario.roundTripMs ?? 2 * controlDelayMs,
      queueControl: scenario.queueControl ?? false,
      acknowledgeEvery: scenario.acknowledgeEvery ?? 0,
      fixedLimit: scenario.fixedLimit,
      tuning: scenario.tuning ?? {},
      node: (key) => this.#nodes.get(key),
      watch,
    }
  }

  run(): SimulationResult {
    const { sources, receivers, giveUpAfter = 3600 } = this.#scenario
    for (const [i, source] of sources.entries()) this.#join({ key: `s${i}`, ...source, isSource: true })
    for (const [i, receiver] of receivers.entries()) {
      const spec = { key: `r${i}`, up: receiver.up, down: receiver.down, isSource: false }
      this.#queue.at((receiver.joinAt ?? 0) * 1000, () => this.#join(spec))
    }
    while (!this.#isDone() && this.#queue.now < giveUpAfter * 1000 && this.#queue.step()) this.#churn()
    return this.#result()
  }

  #join(spec: NodeSpec): void {
    const node = new SimulatedNode(this.#world, spec)
    const others = [...this.#nodes.values()]
    this.#nodes.set(spec.key, node)
    this.#all.push(node)
    for (const other of others) {
      other.meet(node)
      node.meet(other)
    }
  }

  #churn(): void {
    const { killSourceAt, bytes, receivers } = this.#scenario
    const source = this.#nodes.get('s0')
    if (killSourceAt !== undefined && source && source.uplink.bytesSent >= killSourceAt * bytes)
      this.#remove(source)
    for (const [i, receiver] of receivers.entries()) {
      if (receiver.leaveAt === undefined) continue
      const node = this.#nodes.get(`r${i}`)
      if (node && 1 - node.policy.status.missing / this.#world.table.parts >= receiver.leaveAt)
        this.#remove(node)
    }
  }

  #remove(node: SimulatedNode): void {
    this.#nodes.delete(node.spec.key)
    node.leave(this.#nodes.values())
  }

  #isDone(): boolean {
    const expected = this.#scenario.sources.length + this.#scenario.receivers.length
    if (this.#all.length < expected) return false
    for (const node of this.#nodes.values()) {
      if (!node.spec.isSource && node.completedAt === undefined) return false
    }
    return true
  }

  #result(): SimulationResult {
    const receivers = this.#all.filter((node) => !node.spec.isSource && !node.hasLeft)
    const done = receivers.filter((node) => node.completedAt !== undefined)
    const sent = this.#all
      .filter((node) => node.spec.isSource)
      .reduce((sum, node) => sum + node.uplink.bytesSent, 0)
    return {
      seconds:
        done.length === receivers.length
          ? Math.max(...done.map((node) => node.completedAt!)) / 1000
          : Number.POSITIVE_INFINITY,
      completed: done.length,
      stayed: receivers.length,
      sourceCopies: sent / this.#scenario.bytes,
      messages: this.#all.reduce((sum, node) => sum + node.messagesSent, 0),
      violations: this.#all.reduce((sum, node) => sum + node.violations, 0),
      nodes: this.#all,
    }
  }
}
