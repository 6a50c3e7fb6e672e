import { isIPv4, isIPv6 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatIpv4, formatIpv6, networkOf, parseIpv4, parseIpv6, withoutMapping } from './ip.ts'

describe('an address', () => {
  test.each([
    ['2001:0DB8::0001', '2001:db8::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['::ffff:192.0.2.1', '::ffff:c000:201'],
    ['1:2:3:4:5:6:192.0.2.1', '1:2:3:4:5:6:c000:201'],
  ])('%s is written %s', (text, canonical) => {
    expect(formatIpv6(parseIpv6(text)!)).toBe(canonical)
  })

  test.each([
    '',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    'g::',
    'fe80::1%eth0',
    '1.2.3.4',
    '::1.2.3',
    '1.2.3.4::',
    '::1/64',
  ])('%s is no IPv6 address', (text) => {
    expect(parseIpv6(text)).toBeUndefined()
  })

  test.each(['', '1.2.3', '1.2.3.4.5', '01.2.3.4', '256.1.1.1', '1.2.3.-4', '0x1.2.3.4', '1.2.3.4 '])(
    '%s is no IPv4 address',
    (text) => {
      expect(parseIpv4(text)).toBeUndefined()
    },
  )

  test('of any bytes survives text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        expect(Array.from(parseIpv6(formatIpv6(bytes))!)).toEqual(Array.from(bytes))
        const four = bytes.subarray(0, 4)
        expect(Array.from(parseIpv4(formatIpv4(four))!)).toEqual(Array.from(four))
      }),
    )
  })

  test('is what Node takes for one', () => {
    const text = fc.oneof(fc.ipV4(), fc.ipV6(), fc.stringMatching(/^[0-9a-f:.]{0,20}$/))
    fc.assert(
      fc.property(text, (it) => {
        expect(parseIpv6(it) !== undefined).toBe(isIPv6(it))
        expect(parseIpv4(it) !== undefined).toBe(isIPv4(it))
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('the address of a socket’s other end', () => {
  test('is the IPv4 address it stands for', () => {
    expect(withoutMapping('::ffff:192.0.2.1')).toBe('192.0.2.1')
    for (const other of ['192.0.2.1', '2001:db8::1', '::ffff:1', 'fe80::1%eth0'])
      expect(withoutMapping(other)).toBe(other)
  })

  test.each([
    ['192.0.2.7', '192.0.2.0'],
    ['::FFFF:192.0.2.200', '192.0.2.0'],
    ['2001:db8:0:1::1', '2001:db8::'],
    ['2001:db8:1:ff01::1', '2001:db8:1:ff00::'],
    ['fe80::1%eth0', 'fe80::'],
    ['unknown', 'unknown'],
  ])('%s is of the network %s', (address, network) => {
    expect(networkOf(address, { ipv4: 24, ipv6: 56 })).toBe(network)
  })
})
