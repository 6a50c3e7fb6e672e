import { Bitmap } from '../../../../base/bitmap.ts'
import type { Random } from '../../../../base/random.ts'
import type { Part } from '../../../../content/types.ts'
import { SwarmSharePolicy } from '../share-policy.ts'
import type { PartTable, PeerKey, PeerUpdate, Tuning, UploadBlock } from '../types.ts'
import { UplinkBudget } from '../uplink.ts'
import { SerialDownlink, SerialUplink } from './links.ts'
import type { EventQueue } from './event-queue.ts'

export interface NodeSpec {
  readonly key: PeerKey
  /** Mbit/s. */
  readonly up: number
  readonly down: number
  readonly isSource: boolean
}

/** What nodes share: the clock, the control network, and who listens in. */
export interface World {
  readonly queue: EventQueue
  readonly table: PartTable
  readonly random: Random
  /** One way, on an idle path. */
  readonly controlDelayMs: number
  /** Control messages and acknowledgements wait behind the data in their sender's uplink, as in a kernel. */
  readonly queueControl: boolean
  readonly roundTripMs: number
  /** Receivers acknowledge at the end of a part and every so many bytes; 0: every block. */
  readonly acknowledgeEvery: number
  readonly fixedLimit: number | undefined
  readonly tuning: Partial<Tuning>
  node(key: PeerKey): SimulatedNode | undefined
  readonly watch: {
    onUpdate?(from: SimulatedNode, update: PeerUpdate): void
    onBlock?(from: SimulatedNode, block: UploadBlock, now: number): void
    onArrived?(at: SimulatedNode, block: UploadBlock, from: PeerKey): void
    onComplete?(node: SimulatedNode): void
  }
}

/** One laptop: the real policy behind simulated links. Stands in for the network driver. */
export class SimulatedNode {
  readonly spec: NodeSpec
  readonly policy: SwarmSharePolicy
  readonly budget: UplinkBudget
  readonly uplink: SerialUplink<UploadBlock>
  readonly downlink: SerialDownlink
  completedAt: number | undefined
  messagesSent = 0
  violations = 0
  hasLeft = false
  readonly #world: World
  readonly #unacknowledged = new Map<PeerKey, number>()
  readonly #arrived = new Map<string, number>()
  /** Chunks that wait for the pages that verify them. */
  readonly #unverified: Part[] = []
  #pagesMissing: number
  #missing: number
  #wakeAt = Number.POSITIVE_INFINITY
  /** When the last control message arrives. */
  #heardAt = 0

  constructor(world: World, spec: NodeSpec) {
    const { table } = world
    this.#world = world
    this.spec = spec
    this.policy = new SwarmSharePolicy({ self: spec.key, random: world.random, tuning: world.tuning })
    this.budget = new UplinkBudget({ fixedLimit: world.fixedLimit })
    this.budget.add(this.policy)
    this.uplink = new SerialUplink(world.queue, spec.up, (to, block) => this.#sent(to, block))
    this.downlink = new SerialDownlink(world.queue, spec.down)
    this.#pagesMissing = spec.isSource ? 0 : table.pages
    this.#missing = spec.isSource ? 0 : table.parts
    const held = spec.isSource ? Bitmap.full(table.parts) : new Bitmap(table.parts)
    this.policy.partsKnown(table, held, world.queue.now)
  }

  /** Both ends have said hello. */
  meet(other: SimulatedNode): void {
    const { queue, roundTripMs } = this.#world
    this.policy.peerJoined(other.spec.key, { isSource: other.spec.isSource }, queue.now)
    this.policy.peerRoundTrip(other.spec.key, roundTripMs, queue.now)
    this.pump()
  }

  /** The lid is closed: nothing leaves any more, and others notice. */
  leave(others: Iterable<SimulatedNode>): void {
    this.hasLeft = true
    this.uplink.isCut = true
    for (const other of others) {
      if (other !== this) this.#world.queue.after(this.#world.controlDelayMs, () => other.lose(this.spec.key))
    }
  }

  lose(key: PeerKey): void {
    this.uplink.drop(key)
    this.policy.peerLeft(key, this.#world.queue.now)
    this.pump()
  }

  /** Carries out what was decided, and sets the alarm for the next time. */
  pump(): void {
    if (this.hasLeft) return
    const { queue, watch } = this.#world
    const { now } = queue
    for (const update of this.policy.takeUpdates(now)) this.#tell(update)
    for (let block = this.budget.nextBlock(now); block; block = this.budget.nextBlock(now)) {
      watch.onBlock?.(this, block, now)
      this.uplink.send(block.peer, block)
    }
    const wake = Math.max(this.policy.nextWake(), now)
    if (wake >= this.#wakeAt || wake === Number.POSITIVE_INFINITY) return
    this.#wakeAt = wake
    queue.at(wake, () => {
      if (this.#wakeAt !== wake) return
      this.#wakeAt = Number.POSITIVE_INFINITY
      this.pump()
    })
  }

  hear(from: PeerKey, update: PeerUpdate): void {
    if (this.hasLeft) return
    const { now } = this.#world.queue
    const { policy } = this
    if (update.bitmap) policy.peerBitmap(from, update.bitmap, now)
    if (update.have.length > 0) policy.peerHave(from, update.have, now)
    if (update.cancel.length > 0) policy.peerCancels(from, update.cancel, now)
    if (update.request.length > 0) {
      const refused = policy.peerRequests(from, update.request, now)
      if (refused.length > 0) this.#reject(from, refused)
    }
    if (update.credit > 0) policy.peerCredit(from, update.credit, now)
    if (update.handedOut.length > 0) policy.peerHandedOut(from, update.handedOut, now)
    this.pump()
  }

  #tell(update: PeerUpdate): void {
    this.#world.watch.onUpdate?.(this, update)
    this.messagesSent++
    this.#say(() => this.#world.node(update.peer)?.hear(this.spec.key, update))
  }

  #reject(to: PeerKey, parts: readonly Part[]): void {
    const { queue } = this.#world
    this.#say(() => {
      const other = this.#world.node(to)
      for (const part of parts) other?.policy.partFailed(this.spec.key, part, 'rejected', queue.now)
      other?.pump()
    })
  }

  /** What is said later is heard later, also by a rounding error: one stream carries all of it. */
  #say(heard: () => void): void {
    const { queue, controlDelayMs, queueControl } = this.#world
    const delay = controlDelayMs + (queueControl ? this.uplink.delayMs : 0)
    this.#heardAt = Math.max(this.#heardAt, queue.now + delay)
    queue.at(this.#heardAt, heard)
  }

  #sent(to: PeerKey, block: UploadBlock): void {
    const other = this.#world.node(to)
    if (!other || other.hasLeft) return
    other.downlink.receive(block.length, () => other.#receive(this, block))
  }

  #receive(from: SimulatedNode, block: UploadBlock): void {
    if (this.hasLeft) return
    this.#world.watch.onArrived?.(this, block, from.spec.key)
    this.#acknowledge(from, block)
    this.#collect(from.spec.key, block)
    this.pump()
  }

  #acknowledge(from: SimulatedNode, block: UploadBlock): void {
    const { queue, acknowledgeEvery } = this.#world
    const due = (this.#unacknowledged.get(from.spec.key) ?? 0) + block.length
    const isDue = block.isLast || due >= acknowledgeEvery
    this.#unacknowledged.set(from.spec.key, isDue ? 0 : due)
    if (!isDue) return
    this.#say(() => {
      if (from.hasLeft) return
      from.budget.acknowledged(from.policy, this.spec.key, due, queue.now)
      from.pump()
    })
  }

  #collect(from: PeerKey, block: UploadBlock): void {
    const { now } = this.#world.queue
    const verdict = this.policy.blockArriving(from, block.part, block.length, now, block.offset)
    const id = `${from} ${block.part}`
    if (verdict === 'violation') this.violations++
    if (verdict !== 'keep') return void this.#arrived.delete(id)
    const bytes = (block.offset === 0 ? 0 : (this.#arrived.get(id) ?? 0)) + block.length
    this.#arrived.set(id, bytes)
    if (bytes < this.#world.table.lengthOf(block.part)) return
    this.#arrived.delete(id)
    this.policy.partReceived(from, block.part, now)
    this.#verify(block.part)
  }

  #verify(part: Part): void {
    if (part >= this.#world.table.pages && this.#pagesMissing > 0) return void this.#unverified.push(part)
    this.#hold(part)
    if (part < this.#world.table.pages && --this.#pagesMissing === 0) {
      for (const waiting of this.#unverified.splice(0)) this.#hold(waiting)
    }
  }

  #hold(part: Part): void {
    const { queue, watch } = this.#world
    this.policy.partHeld(part, queue.now)
    if (--this.#missing > 0) return
    this.completedAt = queue.now
    watch.onComplete?.(this)
  }
}
