import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFormat } from './format.ts'

const en = createFormat('en')
const ko = createFormat('ko')
const plain = (text: string): string => text.replaceAll('\u00a0', ' ')

describe('sizes and rates', () => {
  it.each([
    [0, '0 B'],
    [1023, '1,023 B'],
    [1024, '1.00 KiB'],
    [10 * 1024, '10.0 KiB'],
    [9.999 * 1024, '10.0 KiB'],
    [99.96 * 1024, '100 KiB'],
    [1023.7 * 1024, '1.00 MiB'],
    [4.7e9, '4.38 GiB'],
    [-5, '0 B'],
    [Number.NaN, '0 B'],
  ])('prints %d bytes as %s', (bytes, text) => expect(plain(en.size(bytes))).toBe(text))

  it('prints rates in bits per second by powers of a thousand', () => {
    expect(plain(en.rate(94.1e6))).toBe('94.1 Mbit/s')
    expect(plain(en.rate(999_700))).toBe('1.00 Mbit/s')
    expect(plain(ko.rate(40_000_000))).toBe('40.0 Mbit/s')
  })

  it('keeps to three digits and one unit whatever comes', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e17, noNaN: true }), (bits) => {
        expect(plain(en.rate(bits))).toMatch(/^(\d{1,3}|\d\d\.\d|\d\.\d\d|\d{1,3},\d{3}) [kMGT]?bit\/s$/)
      }),
    )
  })
})

describe('percentages', () => {
  it('never say 100 before it is all, nor less than nothing', () => {
    expect(plain(en.percent(0.9999))).toBe('99 %')
    expect(plain(en.percent(1))).toBe('100 %')
    expect(plain(en.percent(-0.1))).toBe('0 %')
    expect(plain(en.percent(Number.NaN))).toBe('0 %')
  })

  it('stand as their language wants', () => {
    expect(plain(en.percent(0.83))).toBe('83 %')
    expect(ko.percent(0.83)).toBe('83%')
  })
})

describe('durations', () => {
  it.each([
    [0, '0 s', '0초'],
    [59.6, '1 min', '1분'],
    [200, '3 min 20 s', '3분 20초'],
    [3600, '1 h', '1시간'],
    [7260, '2 h 1 min', '2시간 1분'],
    [90_000, '1 d 1 h', '1일 1시간'],
  ])('prints %d seconds', (seconds, english, korean) => {
    expect(en.duration(seconds)).toBe(english)
    expect(ko.duration(seconds)).toBe(korean)
  })
})
