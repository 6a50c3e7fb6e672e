import { describe, expect, it } from 'vitest'
import { isShoalError } from '../../base/index.ts'
import { laptopLabel, recordType, typedName } from './typed-names.ts'

describe('a name as it is typed', () => {
  it.each([
    ['www.example.com', 'www.example.com.'],
    ['www.example.com.', 'www.example.com.'],
    ['.', '.'],
    ['a\\.b.example', 'a\\.b.example.'],
  ])('%s is %s', (text, name) => {
    expect(typedName(text).toString()).toBe(name)
  })

  it('in Korean is what DNS calls the laptop of that name', () => {
    expect(typedName('민수의 노트북.shoal.internal').toString()).toMatch(
      /^xn--[a-z0-9-]+\.shoal\.internal\.$/,
    )
  })

  it.each(['a..b', 'x'.repeat(64), `${'a.'.repeat(130)}b`])('is refused when it is none: %s', (text) => {
    expect(() => typedName(text)).toThrow()
  })
})

describe('a type as it is typed', () => {
  it('is a number that records may have', () => {
    expect(['A', 'mx', 'TYPE65280', 'https'].map(recordType)).toEqual([1, 15, 65_280, 65])
  })

  it.each(['ANY', 'AXFR', 'OPT', 'TYPE0', 'TYPE250', 'nonsense', 'TYPE65536'])('is refused: %s', (text) => {
    expect(() => recordType(text)).toThrow(expect.toSatisfy((error) => isShoalError(error, 'bad-usage')))
  })
})

describe('the laptop that a name means', () => {
  it.each([
    ['alice', 'alice'],
    ['Alice.shoal.internal', 'alice'],
  ])('of %s is %s', (text, label) => {
    expect(laptopLabel(typedName(text))).toBe(label)
  })

  it.each(['www.example.com', 'shoal.internal', '_shoal._tcp.alice.shoal.internal', '.'])(
    'is none of %s',
    (text) => {
      expect(() => laptopLabel(typedName(text))).toThrow()
    },
  )
})
