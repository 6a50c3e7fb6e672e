import { describe, expect, it } from 'vitest'
import { formatRate, formatSize, parseRate, parseSize } from './units.ts'

describe('units', () => {
  it('reads sizes in bytes and rates in bits per second', () => {
    expect(parseSize('8MiB')).toBe(8 * 2 ** 20)
    expect(parseSize('1.5 GB')).toBe(1.5e9)
    expect(parseSize('4096')).toBe(4096)
    expect(parseRate('20Mbit')).toBe(20e6)
    expect(parseRate('1Gbit/s')).toBe(1e9)
    expect(parseRate('0')).toBe(0)
  })

  it.each(['', '-1', '1e9', 'MiB', '5 MiBs', '99999999999999999', '1..5M'])('refuses %j', (text) => {
    expect(() => parseSize(text)).toThrow(/not a size/)
    expect(() => parseRate(text)).toThrow(/not a rate/)
  })

  it('writes at most three digits and never a locale’s own units', () => {
    expect([0, 999, 1024, 40_000_000, 5 * 2 ** 30].map(formatSize)).toEqual([
      '0 B',
      '999 B',
      '1.00 KiB',
      '38.1 MiB',
      '5.00 GiB',
    ])
    expect([0, 94_100_000, 1e9].map(formatRate)).toEqual(['0 bit/s', '94.1 Mbit/s', '1.00 Gbit/s'])
  })
})
