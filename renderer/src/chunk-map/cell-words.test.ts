import { describe, expect, it } from 'vitest'
import { createFormat } from '../format/format.ts'
import { createTranslator } from '../i18n/index.ts'
import { binChunks } from './bins.ts'
import { cellWords } from './cell-words.ts'

const { t } = createTranslator('en')
const format = createFormat('en')
const detail = { givers: [], chunkGivers: [-1, -1], availability: [0, 2] }
const words = (cell: number, change: { isAsking?: boolean; isSource?: boolean } = {}) =>
  cellWords(cell, {
    bins: binChunks(detail, 2),
    detail,
    isSource: false,
    isAsking: true,
    t,
    format,
    ...change,
  })

describe('a chunk in words', () => {
  it('says who else holds it, or that nobody does', () => {
    expect(words(0)).toBe('Chunk 1, not here yet, nobody else here holds it')
    expect(words(1)).toBe('Chunk 2, not here yet, 2 other laptops hold it')
  })

  it('does not say of others who are not asked that they hold nothing', () => {
    expect(words(0, { isAsking: false })).toBe('Chunk 1, not here yet')
    expect(words(0, { isAsking: false, isSource: true })).toContain('nobody else here holds it')
  })
})
