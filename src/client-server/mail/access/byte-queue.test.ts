import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteQueue } from './byte-queue.ts'

describe('a queue of bytes', () => {
  it('gives back what was put in, in order, however it was cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 20 }),
        fc.array(fc.nat(4000), { minLength: 1, maxLength: 20 }),
        (pieces, sizes) => {
          const queue = new ByteQueue()
          const out: Buffer[] = []
          pieces.forEach((piece, i) => {
            queue.push(piece)
            out.push(queue.take(sizes[i % sizes.length]!))
          })
          out.push(queue.take(1e9))
          expect(Buffer.concat(out)).toEqual(Buffer.concat(pieces))
          expect(queue.length).toBe(0)
        },
      ),
    )
  })

  it('finds the end of a line whatever was taken before', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a\n', 'b', 'x'.repeat(700), 'cc\r\n', '\n', 'ddd'), { maxLength: 60 }),
        (pieces) => {
          const queue = new ByteQueue()
          const lines: string[] = []
          for (const piece of pieces) {
            queue.push(Buffer.from(piece))
            for (let length = queue.lineLength(); length !== undefined; length = queue.lineLength())
              lines.push(queue.take(length).toString())
          }
          const text = pieces.join('')
          expect(lines.join('')).toBe(text.slice(0, text.lastIndexOf('\n') + 1))
          expect(lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true)
        },
      ),
    )
  })
})
