import type { SegmentFieldView } from '../../../../src/contract/index.ts'

/** Bits in a row of the picture, as the RFCs draw it. */
export const ROW_BITS = 32

export interface Cell {
  readonly field: SegmentFieldView
  /** Columns of the 32 it fills, and where it begins. */
  readonly column: number
  readonly span: number
  readonly row: number
  readonly rows: number
}

/** Where each field stands in rows of 32 bits. One that is longer than a row begins at one and fills whole rows. */
export function cellsOf(fields: readonly SegmentFieldView[]): Cell[] {
  return fields.map((field) => ({
    field,
    column: field.bit % ROW_BITS,
    span: Math.min(field.bits, ROW_BITS),
    row: Math.floor(field.bit / ROW_BITS),
    rows: Math.max(1, Math.ceil(((field.bit % ROW_BITS) + field.bits) / ROW_BITS)),
  }))
}

/** The hex digits of a field's bytes; of one shorter than a byte, its own digit. */
export function hexOf(hex: string, { bit, bits }: SegmentFieldView): string {
  return hex.slice(bit / 4, Math.ceil((bit + bits) / 4))
}

/** Whether a bit of a segment in hex is set. */
export function bitOf(hex: string, bit: number): 0 | 1 {
  const digit = Number.parseInt(hex[bit >> 2] ?? '0', 16)
  return ((digit >> (3 - (bit & 3))) & 1) as 0 | 1
}

/** Flips a bit, or takes a flip back. */
export function toggled(flips: readonly number[], bit: number): number[] {
  return flips.includes(bit) ? flips.filter((each) => each !== bit) : [...flips, bit]
}

/** `0a1b` as groups of two digits. */
export function grouped(hex: string): string {
  return hex.replace(/(..)(?=.)/g, '$1 ')
}

export function word(value: number): string {
  return value.toString(16).padStart(4, '0')
}
