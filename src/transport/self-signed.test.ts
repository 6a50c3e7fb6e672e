import { createPrivateKey, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../base/index.ts'
import { makeSelfSigned } from './self-signed.ts'

const DAY_MS = 86_400_000
const clock = new VirtualClock(0, Date.UTC(2026, 0, 10))

describe('a certificate signed by itself', () => {
  it('belongs to its key, says its name, and nobody vouches for it', async () => {
    const { key, cert, der } = await makeSelfSigned({ name: 'a.test', days: 2, clock })
    const certificate = new X509Certificate(cert)
    expect(certificate.checkPrivateKey(createPrivateKey(key))).toBe(true)
    expect(certificate.verify(certificate.publicKey)).toBe(true)
    expect([certificate.subject, certificate.issuer]).toEqual(['CN=a.test', 'CN=a.test'])
    expect(new Uint8Array(certificate.raw)).toEqual(der)
    expect(() => createSecureContext({ key, cert })).not.toThrow()
  })

  it('holds from the day before, for laptops’ clocks differ, to the day that was asked for', async () => {
    const { validFrom, validTo } = new X509Certificate(
      (await makeSelfSigned({ name: 'a.test', days: 2, clock })).cert,
    )
    expect(Date.parse(validFrom)).toBe(clock.wallNow() - DAY_MS)
    expect(Date.parse(validTo)).toBe(clock.wallNow() + 2 * DAY_MS)
  })

  it('holds for the other names it was given, and only for those', async () => {
    const { cert } = await makeSelfSigned({
      name: 'a.test',
      alternativeNames: [
        { type: 'dns', value: 'b.test' },
        { type: 'ip', value: '::1' },
      ],
      days: 2,
      clock,
    })
    const certificate = new X509Certificate(cert)
    expect([certificate.checkHost('b.test'), certificate.checkIP('::1')]).toEqual(['b.test', '::1'])
    expect([certificate.checkHost('c.test'), certificate.checkIP('127.0.0.1')]).toEqual([
      undefined,
      undefined,
    ])
  })

  it('has a positive number of its own each time (RFC 5280 §4.1.2.2)', async () => {
    const numbers = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const { cert } = await makeSelfSigned({ name: 'a.test', days: 2, clock })
        return new X509Certificate(cert).serialNumber
      }),
    )
    expect(new Set(numbers).size).toBe(8)
    for (const number of numbers) expect(number).toMatch(/^4[0-9A-F]{31}$/)
  })
})
