import { encode } from '@ipld/dag-cbor'
import fc from 'fast-check'
import { CID } from 'multiformats/cid'
import * as Digest from 'multiformats/hashes/digest'
import { describe, expect, it } from 'vitest'
import { isShoalError, systemRandom } from '../../base/index.ts'
import { formatLink, type ShareCard } from '../../content/index.ts'
import * as limits from './limits.ts'
import { decodeMessage, encodeMessage, type NearbyCard } from './message.ts'

function share(name = 'a.txt', peers = 0): ShareCard {
  const cid = CID.createV1(0x71, Digest.create(0x12, systemRandom.bytes(32)))
  const addresses = Array.from({ length: peers }, (_, i) => `/ip4/192.168.100.${i + 1}/tcp/42850`)
  const link = formatLink({ cid, name, size: 5, peers: addresses, origins: [], trackers: [] })
  return { cid: cid.toString(), link, name, title: null, kind: 'file', size: 5, files: 1 }
}

const card: NearbyCard = {
  name: '노트북',
  version: '1.2.3',
  shares: [share()],
  servers: { http: 8420, dns: 5300 },
}

/** The wire form of a good message, to be spoilt. */
const wire = () => {
  const { link, name, title, kind, size, files } = share()
  return {
    v: 1,
    seq: 9,
    name: 'A',
    version: '1',
    shares: [{ link, name, title, kind, size, files }],
    servers: {},
  }
}

const read = (value: unknown) => decodeMessage(encode(value), 'nameless')

function cardOf(value: unknown): NearbyCard {
  const message = read(value)
  if (message.is !== 'card') throw new Error('hidden')
  return message.card
}

describe('a nearby message', () => {
  it('comes back as it was', () => {
    expect(decodeMessage(encodeMessage({ is: 'card', seq: 3, card }), '')).toEqual({
      is: 'card',
      seq: 3,
      card,
    })
    expect(decodeMessage(encodeMessage({ is: 'hidden', seq: 4 }), '')).toEqual({ is: 'hidden', seq: 4 })
  })

  it('keeps within its bounds by leaving shares off the end', () => {
    const shares = Array.from({ length: 300 }, () => share('x'.repeat(200), 30))
    const bytes = encodeMessage({ is: 'card', seq: 1, card: { ...card, shares } })
    expect(bytes.length).toBeLessThanOrEqual(limits.MAX_NEARBY_BYTES)
    const message = decodeMessage(bytes, '')
    const kept = message.is === 'card' ? message.card.shares : []
    expect(kept.length).toBeGreaterThan(10)
    expect(kept).toEqual(shares.slice(0, kept.length))
  })

  it('may hold keys of later versions of the program', () => {
    const later = { ...wire(), colour: 'blue', servers: { http: 1, gopher: 70 } }
    expect(cardOf({ ...later, shares: [{ ...wire().shares[0], stars: 5 }] }).shares.length).toBe(1)
    expect(cardOf(later).servers).toEqual({ http: 1 })
  })

  it.each([
    ['another version', { ...wire(), v: 2 }],
    ['no version', { ...wire(), v: undefined }],
    ['no sequence number', { ...wire(), seq: null }],
    ['a negative sequence number', { ...wire(), seq: -1 }],
    ['a fraction', { ...wire(), seq: 1.5 }],
    ['a number for a name', { ...wire(), name: 5 }],
    ['shares that are no list', { ...wire(), shares: {} }],
    ['too many shares', { ...wire(), shares: Array.from({ length: limits.MAX_LISTED_SHARES + 1 }, () => 0) }],
    ['a list', [1]],
    ['nothing', null],
    ['a number', 7],
  ])('with %s is refused', (_, value) => {
    const clean = value && !Array.isArray(value) && typeof value === 'object' ? dropUndefined(value) : value
    expect(() => read(clean)).toThrow(expect.objectContaining({ code: 'protocol-violation' }))
  })

  it.each([
    ['no link', { link: 'http://example.com' }],
    ['a link with an escape that is broken', { link: `${wire().shares[0]!.link}%zz` }],
    ['a name with a path', { name: '../../etc/passwd' }],
    ['a device name', { name: 'CON' }],
    ['an unknown kind', { kind: 'disk' }],
    ['a negative size', { size: -1 }],
    ['a size beyond 2^53', { size: 2 ** 60 }],
    ['text for a number of files', { files: '3' }],
  ])('loses a share with %s, and no other', (_, spoilt) => {
    const [bad] = wire().shares
    expect(cardOf({ ...wire(), shares: [{ ...bad, ...spoilt }, ...wire().shares] }).shares.length).toBe(1)
  })

  it('lists a share once', () => {
    const [one] = wire().shares
    expect(cardOf({ ...wire(), shares: [one, one] }).shares.length).toBe(1)
  })

  it('shows names without what misleads the eye', () => {
    expect(cardOf({ ...wire(), name: 'a\u202etxt.exe\u0007' }).name).toBe('atxt.exe')
    expect(cardOf({ ...wire(), name: '\u200b\u2066 \n' }).name).toBe('nameless')
    expect(cardOf({ ...wire(), version: '<b>1</b>' }).version).toBe('')
  })

  it('takes ports that are ports, of roles that are known', () => {
    const servers = { http: 0, dns: 65_536, smtp: '25', pop3: 110, constructor: 1, __proto__: 2 }
    expect(cardOf({ ...wire(), servers }).servers).toEqual({ pop3: 110 })
    expect(cardOf({ ...wire(), servers: 7 }).servers).toEqual({})
  })

  it('nested deeper than the stack is refused, not fatal', () => {
    const nested = new Uint8Array(limits.MAX_NEARBY_BYTES).fill(0x81)
    expect(() => decodeMessage(nested, '')).toThrow(expect.objectContaining({ code: 'protocol-violation' }))
  })

  it('of any bytes is read or refused, and never fails otherwise', () => {
    const mutated = fc
      .tuple(fc.nat(), fc.integer({ min: 0, max: 255 }), fc.boolean())
      .map(([at, byte, cut]) => {
        const bytes = encodeMessage({ is: 'card', seq: 1, card })
        bytes[at % bytes.length] = byte
        return cut ? bytes.subarray(0, at % bytes.length) : bytes
      })
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), mutated), (bytes) => {
        try {
          const message = decodeMessage(bytes, 'nameless')
          if (message.is === 'card')
            expect(message.card.name.length).toBeLessThanOrEqual(limits.MAX_PEER_NAME)
        } catch (error) {
          expect(isShoalError(error, 'protocol-violation')).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })
})

function dropUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined))
}
