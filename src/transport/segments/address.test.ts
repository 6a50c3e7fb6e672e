import { isIPv4, isIPv6 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatIp, isLoopback, isMulticast, isUnspecified, parseIp, unmapped } from './address.ts'

function parses(text: string): boolean {
  try {
    parseIp(text)
    return true
  } catch {
    return false
  }
}

describe('addresses', () => {
  it('come out as they went in', () => {
    const bytes = fc.constantFrom(4, 16).chain((n) => fc.uint8Array({ minLength: n, maxLength: n }))
    fc.assert(
      fc.property(bytes, (address) => {
        const text = formatIp(address)
        expect(address.length === 4 ? isIPv4(text) : isIPv6(text)).toBe(true)
        expect(parseIp(text)).toEqual(address)
      }),
    )
  })

  it('are what the system takes for one, of every text', () => {
    const almost = fc
      .array(fc.constantFrom('0', '1', 'f', 'ffff', '255', '256', ':', '::', '.', '1.2.3.4', '01'), {
        maxLength: 12,
      })
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(almost, (text) => {
        expect(parses(text)).toBe(isIPv4(text) || isIPv6(text))
      }),
      { numRuns: 2_000 },
    )
  })

  it.each(['fe80::1%eth0', '::'.repeat(30), '1'.repeat(10_000), ' 127.0.0.1', '127.1', '0x7f.0.0.1'])(
    'are not %s',
    (text) => {
      expect(parses(text)).toBe(false)
    },
  )

  it.each([
    ['::', '0:0:0:0:0:0:0:0'],
    ['::1', '0:0:0:0:0:0:0:1'],
    ['2001:db8::1:0:0:1', '2001:db8:0:0:1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8::1:1:1:1:1'],
    ['::ffff:10.0.0.1', '::ffff:a00:1'],
  ])('are written %s (RFC 5952)', (canonical, other) => {
    expect(formatIp(parseIp(other))).toBe(canonical)
    expect(formatIp(parseIp(canonical))).toBe(canonical)
  })

  it('know INADDR_ANY, loopback and groups, mapped ones too', () => {
    expect(['0.0.0.0', '::'].map((text) => isUnspecified(parseIp(text)))).toEqual([true, true])
    expect(['127.9.9.9', '::1', '::ffff:127.0.0.1', '::2'].map((text) => isLoopback(parseIp(text)))).toEqual([
      true,
      true,
      true,
      false,
    ])
    expect(['224.0.0.251', 'ff02::fb', '10.0.0.1'].map((text) => isMulticast(parseIp(text)))).toEqual([
      true,
      true,
      false,
    ])
    expect(unmapped(parseIp('::ffff:10.1.2.3'))).toEqual(parseIp('10.1.2.3'))
  })
})
