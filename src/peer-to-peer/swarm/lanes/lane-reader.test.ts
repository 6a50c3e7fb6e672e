import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concatBytes } from '../../../base/index.ts'
import { encodeLaneFrame, type BlockFrame } from '../wire/blocks.ts'
import { LaneReader } from './lane-reader.ts'

interface Sample {
  block: BlockFrame
  payload: Uint8Array
  /** What is done with it: the number of times it has to wait before, and whether it is thrown away. */
  waits: number
  isDropped: boolean
  /** A message that comes behind it. */
  message: Uint8Array
}

/** Short, or longer than the record of TLS: only the latter is read in place. */
const payloads = fc.oneof(
  { weight: 4, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 300 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 16_380, max: 40_000 }), fc.nat(255))
      .map(([length, seed]) => Uint8Array.from({ length }, (_, i) => (i * 7 + seed) & 0xff)),
  },
)

const samples = fc.array(
  fc
    .tuple(payloads, fc.nat(1_000), fc.nat(2), fc.boolean(), fc.uint8Array({ minLength: 1, maxLength: 200 }))
    .map(([payload, part, waits, isDropped, message]): Sample => {
      const block: BlockFrame = {
        is: 'block',
        handle: 1,
        part,
        offset: 0,
        length: payload.length,
        last: true,
      }
      return { block, payload, waits, isDropped, message }
    }),
  { maxLength: 6 },
)
const cuts = fc.array(fc.oneof(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1_000, max: 20_000 })), {
  minLength: 1,
})

/** Feeds the samples to a reader in pieces and returns what came out; `direct` reads into `region()`. */
function feed(input: Sample[], pieces: number[], direct: boolean): Uint8Array[] {
  const wire = concatBytes(
    ...input.flatMap(({ block, payload, message }) => [
      encodeLaneFrame(block),
      payload,
      encodeLaneFrame({ is: 'message', handle: 1, epoch: 1, number: 0, length: message.length }),
      message,
      encodeLaneFrame({ is: 'ack', received: 7 }),
    ]),
  )
  const out: Uint8Array[] = []
  const waits = input.map((sample) => sample.waits)
  let index = 0
  let acks = 0
  let isBlocked = false
  let target = new Uint8Array()
  const reader = new LaneReader({
    blockStart: (block) => {
      if (waits[index]!-- > 0) return 'wait'
      target = new Uint8Array(block.length)
      return input[index]!.isDropped ? 'drop' : target
    },
    blockEnd: () => {
      if (!input[index++]!.isDropped) out.push(target)
    },
    message: (_frame, bytes) => out.push(bytes),
    frame: () => acks++,
    blocked: () => (isBlocked = true),
  })
  for (let at = 0, i = 0; at < wire.length; i++) {
    const piece = wire.subarray(at, at + pieces[i % pieces.length]!)
    at += piece.length
    if (direct) readInto(reader, piece)
    else reader.push(piece)
    // Pipes stop late: sometimes more comes before anything can go on.
    if (isBlocked && i % 2 === 0) isBlocked = !reader.unblock()
  }
  while (isBlocked) isBlocked = !reader.unblock()
  expect(acks).toBe(input.length)
  return out
}

function readInto(reader: LaneReader, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    const region = reader.region()
    const length = Math.min(region.length, bytes.length - at)
    region.set(bytes.subarray(at, at + length))
    at += length
    reader.advance(length, region)
  }
}

describe('LaneReader', () => {
  it('puts every block whole where it belongs, however bytes are cut and however often it has to wait', () => {
    fc.assert(
      fc.property(samples, cuts, fc.boolean(), (input, pieces, direct) => {
        const kept = input.flatMap(({ isDropped, payload, message }) =>
          isDropped ? [message] : [payload, message],
        )
        expect(feed(input, pieces, direct)).toEqual(kept)
      }),
    )
  })

  it('reads a long block in place, and never beyond it', () => {
    const memory = new Uint8Array(40_000)
    const reader = new LaneReader({
      blockStart: () => memory,
      blockEnd: () => {},
      message: () => {},
      frame: () => {},
      blocked: () => {},
    })
    reader.push(encodeLaneFrame({ is: 'block', handle: 1, part: 0, offset: 0, length: 30_000, last: true }))
    expect(reader.region()).toMatchObject({ buffer: memory.buffer, byteOffset: 0, length: 30_000 })
    reader.advance(4_000, reader.region())
    expect(reader.region()).toMatchObject({ buffer: memory.buffer, byteOffset: 4_000, length: 26_000 })
    reader.advance(16_000, reader.region())
    // A record might bring more than is left of the block.
    expect(reader.region().buffer).not.toBe(memory.buffer)
  })

  it('takes all frames of a record in one read', () => {
    const parts: number[] = []
    const reader = new LaneReader({
      blockStart: (block) => new Uint8Array(block.length),
      blockEnd: (block) => parts.push(block.part),
      message: () => {},
      frame: (frame) => parts.push(frame.is === 'ack' ? frame.received : -1),
      blocked: () => {},
    })
    const record = concatBytes(
      encodeLaneFrame({ is: 'block', handle: 1, part: 3, offset: 0, length: 2, last: true }),
      Uint8Array.of(1, 2),
      encodeLaneFrame({ is: 'ack', received: 9 }),
    )
    const region = reader.region()
    region.set(record)
    reader.advance(record.length, region)
    expect(parts).toEqual([3, 9])
  })

  it('keeps bytes that were read into memory handed out before the reader went on', () => {
    const memory = new Uint8Array(4)
    const answers: (Uint8Array | 'wait')[] = ['wait', memory]
    const ended: number[] = []
    const reader = new LaneReader({
      blockStart: () => answers.shift()!,
      blockEnd: (block) => ended.push(block.part),
      message: () => {},
      frame: () => {},
      blocked: () => {},
    })
    reader.push(encodeLaneFrame({ is: 'block', handle: 1, part: 5, offset: 0, length: 4, last: true }))
    const early = reader.region()
    expect(reader.unblock()).toBe(true)
    early.set([1, 2, 3, 4])
    reader.advance(4, early)
    expect(memory).toEqual(Uint8Array.of(1, 2, 3, 4))
    expect(ended).toEqual([5])
  })
})
