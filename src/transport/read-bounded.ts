import { ShoalError } from '../base/index.ts'

/** All that comes to its end. Throws `too-large`, and takes no more, as soon as that is more than `mostBytes`. */
export async function readBounded(source: AsyncIterable<Uint8Array>, mostBytes: number): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of source) {
    length += piece.length
    if (length > mostBytes) throw new ShoalError('too-large', `more than ${mostBytes} bytes`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces, length)
}
