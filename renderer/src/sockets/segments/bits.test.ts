import { describe, expect, it } from 'vitest'
import { bitOf, cellsOf, grouped, hexOf, toggled } from './bits.ts'

const FIELDS = [
  { name: 'source-port', bit: 0, bits: 16, value: 20 },
  { name: 'destination-port', bit: 16, bits: 16, value: 10 },
  { name: 'sequence', bit: 32, bits: 32, value: 1 },
  { name: 'data-offset', bit: 64, bits: 4, value: 5 },
  { name: 'data', bit: 96, bits: 72 },
] as const

describe('the picture of a segment', () => {
  it('has rows of 32 bits, long fields over several', () => {
    expect(
      cellsOf(FIELDS.map((field) => ({ ...field }))).map(({ column, span, row, rows }) => [
        column,
        span,
        row,
        rows,
      ]),
    ).toEqual([
      [0, 16, 0, 1],
      [16, 16, 0, 1],
      [0, 32, 1, 1],
      [0, 4, 2, 1],
      [0, 32, 3, 3],
    ])
  })

  it('reads fields and bits from the hex digits', () => {
    const hex = '0014000a000000015'
    expect(FIELDS.slice(0, 4).map((field) => hexOf(hex, { ...field }))).toEqual([
      '0014',
      '000a',
      '00000001',
      '5',
    ])
    expect([11, 12, 13, 28, 30].map((bit) => bitOf(hex, bit))).toEqual([1, 0, 1, 1, 1])
    expect(grouped('0014000a')).toBe('00 14 00 0a')
  })

  it('flips a bit, and back', () => {
    expect(toggled([3], 5)).toEqual([3, 5])
    expect(toggled([3, 5], 3)).toEqual([5])
  })
})
