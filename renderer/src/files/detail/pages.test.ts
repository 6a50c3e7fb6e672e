import { describe, expect, it } from 'vitest'
import { PAGE_SIZE, pagesToFetch } from './pages.ts'

describe('fetching the list of files', () => {
  it('asks for the pages in view and for none twice', () => {
    expect(pagesToFetch(0, 20, 20_000, new Set())).toEqual([0])
    expect(pagesToFetch(PAGE_SIZE - 5, PAGE_SIZE + 5, 20_000, new Set([0]))).toEqual([1])
    expect(pagesToFetch(0, 20, 20_000, new Set([0]))).toEqual([])
  })

  it('asks for nothing beyond the end or before anything is known', () => {
    expect(pagesToFetch(0, 20, 0, new Set())).toEqual([])
    expect(pagesToFetch(0, -1, 10, new Set())).toEqual([])
    expect(pagesToFetch(0, 9999, 10, new Set())).toEqual([0])
  })
})
