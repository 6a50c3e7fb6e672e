import { Bitmap } from '../../../base/bitmap.ts'
import { seededRandom } from '../../../base/random.ts'
import type { Part } from '../../../content/types.ts'
import { SwarmSharePolicy } from './share-policy.ts'
import type { PartTable, PeerUpdate, UploadBlock } from './types.ts'
import { UplinkBudget } from './uplink.ts'

export const CHUNK = 32 * 1024

export function table(chunks: number, pages = 0): PartTable {
  return { parts: pages + chunks, pages, chunkSize: CHUNK, lengthOf: () => CHUNK }
}

export function bits(parts: number, set: Iterable<Part>): Uint8Array {
  const bitmap = new Bitmap(parts)
  for (const part of set) bitmap.add(part)
  return bitmap.toBytes()
}

/** A policy with its uplink, driven by hand. */
export class Hand {
  readonly policy: SwarmSharePolicy
  readonly uplink = new UplinkBudget({ fixedLimit: 1e9 })
  readonly table: PartTable
  now = 0

  constructor(shape: PartTable, held: Iterable<Part> = [], self = 'me') {
    this.table = shape
    this.policy = new SwarmSharePolicy({ self, random: seededRandom(1) })
    this.uplink.add(this.policy)
    this.policy.partsKnown(shape, new Bitmap(shape.parts, bits(shape.parts, held)), 0)
  }

  static source(shape: PartTable, self?: string): Hand {
    return new Hand(shape, Array(shape.parts).keys(), self)
  }

  join(peer: string, options: { isSource?: boolean; holds?: Iterable<Part>; credit?: number } = {}): void {
    this.policy.peerJoined(peer, { isSource: options.isSource ?? false }, this.now)
    if (options.holds) this.policy.peerBitmap(peer, bits(this.table.parts, options.holds), this.now)
    if (options.credit !== undefined) this.policy.peerCredit(peer, options.credit, this.now)
  }

  updates(): PeerUpdate[] {
    return this.policy.takeUpdates(this.now)
  }

  /** What each peer is asked for now. */
  requests(): Record<string, readonly Part[]> {
    const asked = this.updates().filter(({ request }) => request.length > 0)
    return Object.fromEntries(asked.map(({ peer, request }) => [peer, [...request].sort((a, b) => a - b)]))
  }

  blocks(): UploadBlock[] {
    const blocks: UploadBlock[] = []
    for (let block = this.uplink.nextBlock(this.now); block; block = this.uplink.nextBlock(this.now))
      blocks.push(block)
    return blocks
  }

  /** A part comes in full and verifies. */
  arrive(peer: string, part: Part): void {
    const verdict = this.policy.blockArriving(peer, part, CHUNK, this.now)
    if (verdict !== 'keep') throw new Error(`part ${part} from ${peer}: ${verdict}`)
    this.policy.partReceived(peer, part, this.now)
    this.policy.partHeld(part, this.now)
  }

  wait(ms: number): void {
    this.now += ms
  }
}
