import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concatBytes } from '../../../base/index.ts'
import { frame, FrameSplitter } from './frames.ts'

const limit = (type: number): number | undefined => (type < 200 ? 300 : undefined)
const bodies = fc.array(
  fc
    .tuple(fc.nat(199), fc.uint8Array({ maxLength: 299 }))
    .map(([type, rest]) => Uint8Array.of(type, ...rest)),
  { maxLength: 8 },
)

describe('FrameSplitter', () => {
  it('finds the same messages however the bytes are cut', () => {
    fc.assert(
      fc.property(bodies, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (messages, cuts) => {
        const wire = concatBytes(...messages.map(frame))
        const splitter = new FrameSplitter(limit)
        const got: Uint8Array[] = []
        for (let at = 0, i = 0; at < wire.length; i++) {
          const next = at + cuts[i % cuts.length]!
          splitter.push(wire.slice(at, next), (message) => got.push(Uint8Array.from(message)))
          at = next
        }
        expect(got).toEqual(messages)
        expect(splitter.pending).toBe(0)
      }),
    )
  })

  it.each([
    ['a length of 0', [0, 0, 0, 0, 1]],
    ['a length above the limit of its type', [0, 0, 1, 45, 1]],
    ['a length of 4 GiB', [255, 255, 255, 255, 1]],
    ['a type that is not allowed', [0, 0, 0, 1, 200]],
  ])('refuses %s as soon as the header is there, before anything is kept', (_what, header) => {
    const splitter = new FrameSplitter(limit)
    splitter.push(Uint8Array.from(header.slice(0, 4)), () => {})
    expect(() => splitter.push(Uint8Array.from(header.slice(4)), () => {})).toThrow(
      expect.objectContaining({ code: 'protocol-violation' }),
    )
  })
})
