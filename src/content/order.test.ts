import fc from 'fast-check'
import { expect, test } from 'vitest'
import { comparePaths } from './order.ts'

/** Characters around the places where UTF-16 and UTF-8 order differ, and the ones that `/` sorts between. */
const unit = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'A',
    '-',
    '.',
    '/',
    '0',
    '\ud7ff',
    '\ue000',
    '\uffff',
    '\u{10000}',
    '\u{10ffff}',
    'é',
    '가',
  ),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
)

test('paths are ordered as their UTF-8 bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 6 }), fc.string({ unit, maxLength: 6 }), (a, b) => {
      expect(Math.sign(comparePaths(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
    }),
    { numRuns: 2000 },
  )
})

test('a character beyond U+FFFF comes after U+FFFF, unlike in the order of JavaScript', () => {
  expect(['\u{10000}', '\uffff'].sort()).toEqual(['\u{10000}', '\uffff'])
  expect(['\u{10000}', '\uffff'].sort(comparePaths)).toEqual(['\uffff', '\u{10000}'])
})
