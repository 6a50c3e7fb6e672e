import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Name } from './name.ts'
import { anyName } from './test-messages.ts'

const parse = (text: string): Name => Name.parse(text)

describe('a domain name', () => {
  test('is its labels as bytes, their case kept', () => {
    expect(parse('WWW.Example.com.').labels.map((label) => String.fromCharCode(...label))).toEqual([
      'WWW',
      'Example',
      'com',
    ])
    expect(parse('WWW.Example.com').toString()).toBe('WWW.Example.com.')
  })

  test('compares without case, and exactly when asked to', () => {
    expect(parse('wWw.example').equals(parse('WwW.EXAMPLE'))).toBe(true)
    expect(parse('wWw.example').equalsExactly(parse('WwW.EXAMPLE'))).toBe(false)
    expect(parse('wWw.example').equalsExactly(parse('wWw.example'))).toBe(true)
    // Only ASCII letters have case (RFC 4343): É and é are two names.
    expect(Name.of([Uint8Array.of(0xc9)]).equals(Name.of([Uint8Array.of(0xe9)]))).toBe(false)
  })

  test('with a dot inside a label is not the name of two labels', () => {
    const one = parse('a\\.b.c')
    expect(one.labels).toHaveLength(2)
    expect(one.equals(parse('a.b.c'))).toBe(false)
    expect(one.toString()).toBe('a\\.b.c.')
  })

  test('is within a zone only label by label', () => {
    const zone = parse('b.example')
    expect(parse('b.example').isWithin(zone)).toBe(true)
    expect(parse('a.B.Example').isWithin(zone)).toBe(true)
    expect(parse('ab.example').isWithin(zone)).toBe(false)
    expect(parse('example').isWithin(zone)).toBe(false)
    expect(parse('x.y').isWithin(Name.root)).toBe(true)
    // The key of `b` is "\x01b": a label that ends in those two octets is no boundary.
    expect(Name.of([Uint8Array.of(0x78, 1, 0x62)]).isWithin(parse('b'))).toBe(false)
  })

  test('replaces its end', () => {
    expect(parse('a.b.old').replaceEnd(parse('old'), parse('new.zone')).toString()).toBe('a.b.new.zone.')
  })

  test.each([
    ['a..b', 'two dots'],
    ['.a', 'a dot first'],
    ['', 'nothing'],
    ['a\\', 'a lone backslash'],
    ['a\\25', 'an escape of two digits'],
    ['a\\256', 'an octet above 255'],
    [`${'x'.repeat(64)}.com`, 'a label of 64'],
    [Array.from({ length: 128 }, () => 'a').join('.'), '257 octets'],
    ['a'.repeat(2000), 'far too long'],
  ])('%s is refused', (text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'bad-domain-name' }))
    expect(Name.tryParse(text)).toBeUndefined()
  })

  test('may have 63 octets a label and 255 in all, not one more', () => {
    const most = [...Array.from({ length: 3 }, () => 'y'.repeat(63)), 'z'.repeat(61)].join('.')
    expect(parse(most).wireLength).toBe(255)
    expect(() => parse(`${most}z`)).toThrow('255')
    expect(() => Name.of([new Uint8Array(0)])).toThrow('empty')
  })

  test('is relative to its origin without a dot at the end', () => {
    const origin = parse('example.com.')
    expect(Name.parse('www', origin).toString()).toBe('www.example.com.')
    expect(Name.parse('www.', origin).toString()).toBe('www.')
    expect(Name.parse('@', origin)).toBe(origin)
    expect(Name.parse('.', origin)).toBe(Name.root)
    expect(Name.parse('a\\.', origin).toString()).toBe('a\\..example.com.')
  })

  test('of any octets survives text', () => {
    fc.assert(fc.property(anyName, (name) => Name.parse(name.toString()).equalsExactly(name)))
  })

  test('knows its length on the wire, its parent and its ends', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        expect(name.toBytes()).toHaveLength(name.wireLength)
        expect(name.parent.labels).toEqual(name.labels.slice(1))
        for (let count = 0; count <= name.labels.length; count++)
          expect(name.isWithin(name.last(count))).toBe(true)
      }),
    )
  })
})
