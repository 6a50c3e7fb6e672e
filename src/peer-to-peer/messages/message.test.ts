import { encode } from '@ipld/dag-cbor'
import fc from 'fast-check'
import { CID } from 'multiformats/cid'
import * as Digest from 'multiformats/hashes/digest'
import { describe, expect, it } from 'vitest'
import { ERROR_CODES, isShoalError, systemRandom, toHex } from '../../base/index.ts'
import { formatLink, type ShareCard } from '../../content/index.ts'
import * as limits from './limits.ts'
import {
  decodeMessage,
  decodeReply,
  encodeMessage,
  encodeReply,
  REFUSALS,
  type OfferReport,
  type PeerMessage,
} from './message.ts'

const newId = (): string => toHex(systemRandom.bytes(16))

function share(name = '강의.pdf'): ShareCard {
  const cid = CID.createV1(0x71, Digest.create(0x12, systemRandom.bytes(32)))
  const link = formatLink({ cid, name, size: 5, peers: [], origins: [], trackers: [] })
  return { cid: cid.toString(), link, name, title: null, kind: 'file', size: 5, files: 1 }
}

const report = (given: OfferReport): PeerMessage => ({ is: 'report', about: newId(), report: given })

/** The wire form of a good offer, to be spoilt. */
function wire() {
  const { cid: _, ...offered } = share()
  return { v: 1, is: 'offer', id: systemRandom.bytes(16), text: 'Look', share: offered }
}

const read = (value: unknown): PeerMessage => decodeMessage(encode(value))

describe('a direct message', () => {
  it.each<[string, PeerMessage]>([
    ['a note', { is: 'note', id: newId(), text: '안녕\n둘째 줄 👩‍💻' }],
    ['an offer', { is: 'offer', id: newId(), text: '', share: { ...share(), title: '11주차' } }],
    ['an acceptance', report({ is: 'accepted' })],
    ['a refusal', report({ is: 'declined' })],
    ['progress', report({ is: 'getting', held: 2 ** 40 })],
    ['the end', report({ is: 'done' })],
    ['a failure', report({ is: 'failed', code: 'disk-full' })],
  ])('comes back as it was: %s', (_, message) => {
    expect(decodeMessage(encodeMessage(message))).toEqual(message)
  })

  it('comes back as it was, whatever it says', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(text, (words) => {
        const clean = { is: 'note', id: newId(), text: words } as const
        const once = attempt(() => decodeMessage(encodeMessage(clean)))
        if (once) expect(decodeMessage(encodeMessage(once))).toEqual(once)
      }),
    )
  })

  it('of the greatest length that is taken fits, and a longer link is refused by its sender', () => {
    const long = { ...share(), link: 'x'.repeat(8_000) }
    const text = '가'.repeat(limits.MAX_NOTE)
    expect(encodeMessage({ is: 'offer', id: newId(), text, share: long }).length).toBeLessThanOrEqual(
      limits.MAX_MESSAGE_BYTES,
    )
    const longer = { ...long, link: 'x'.repeat(limits.MAX_MESSAGE_BYTES) }
    expect(() => encodeMessage({ is: 'offer', id: newId(), text: '', share: longer })).toThrow(
      expect.objectContaining({ code: 'too-large' }),
    )
  })

  it('may hold keys of later versions of the program', () => {
    expect(read({ ...wire(), colour: 'blue', share: { ...wire().share, stars: 5 } }).is).toBe('offer')
  })

  it('names a failure of a later version as one', () => {
    const message = read({
      v: 1,
      is: 'report',
      about: systemRandom.bytes(16),
      state: 'failed',
      code: 'eclipse',
    })
    expect(message).toMatchObject({ report: { is: 'failed', code: 'internal' } })
  })

  it('is shown without what misleads the eye', () => {
    const title = 'tax\u202efdp.exe'
    expect(read({ ...wire(), text: 'a\u0007\u202eb', share: { ...wire().share, title } })).toMatchObject({
      text: 'ab',
      share: { title: 'taxfdp.exe' },
    })
  })

  it.each([
    ['another version', { v: 2 }],
    ['no version', { v: null }],
    ['an unknown kind', { is: 'order' }],
    ['a kind that every object has', { is: 'constructor' }],
    ['no id', { id: null }],
    ['a short id', { id: new Uint8Array(15) }],
    ['a long id', { id: new Uint8Array(17) }],
    ['text for an id', { id: '00'.repeat(16) }],
    ['a number for a text', { text: 7 }],
    ['no share', { share: null }],
    ['a list for a share', { share: [] }],
    ['a share without link', { share: { ...wire().share, link: null } }],
    ['a link to elsewhere', { share: { ...wire().share, link: 'https://example.com' } }],
    [
      'a link that makes the app open a socket file',
      { share: { ...wire().share, link: `${wire().share.link}&p=/unix/tmp/x` } },
    ],
    ['a name with a path', { share: { ...wire().share, name: '../../etc/passwd' } }],
    ['a device name', { share: { ...wire().share, name: 'CON' } }],
    ['an unknown sort', { share: { ...wire().share, kind: 'disk' } }],
    ['a negative size', { share: { ...wire().share, size: -1 } }],
    ['a size beyond 2^53', { share: { ...wire().share, size: 2 ** 60 } }],
    ['text for a number of files', { share: { ...wire().share, files: '3' } }],
  ])('with %s is refused', (_, spoilt) => {
    expect(() => read({ ...wire(), ...spoilt })).toThrow(
      expect.objectContaining({ code: 'protocol-violation' }),
    )
  })

  it.each([
    ['a note without words', { is: 'note', text: ' \u200b\n' }],
    ['a report of an unknown state', { is: 'report', about: new Uint8Array(16), state: 'bored' }],
    ['a report about nothing', { is: 'report', state: 'done' }],
    ['progress without bytes', { is: 'report', about: new Uint8Array(16), state: 'getting' }],
    ['progress in fractions', { is: 'report', about: new Uint8Array(16), state: 'getting', held: 0.5 }],
  ])('%s is refused', (_, spoilt) => {
    expect(() => read({ ...wire(), ...spoilt })).toThrow(
      expect.objectContaining({ code: 'protocol-violation' }),
    )
  })

  it.each([
    ['a list', [1]],
    ['nothing', null],
    ['a number', 7],
  ])('that is %s is refused', (_, value) => {
    expect(() => read(value)).toThrow(expect.objectContaining({ code: 'protocol-violation' }))
  })

  it('nested deeper than the stack is refused, not fatal', () => {
    const nested = new Uint8Array(limits.MAX_MESSAGE_BYTES).fill(0x81)
    expect(() => decodeMessage(nested)).toThrow(expect.objectContaining({ code: 'protocol-violation' }))
  })

  it('beyond its bound is refused before it is parsed', () => {
    expect(() => decodeMessage(new Uint8Array(limits.MAX_MESSAGE_BYTES + 1))).toThrow(/too long/)
  })

  it('of any bytes is read or refused, and never fails otherwise', () => {
    const good = encodeMessage({ is: 'offer', id: newId(), text: 'Look', share: share() })
    const mutated = fc
      .tuple(fc.nat(), fc.integer({ min: 0, max: 255 }), fc.boolean())
      .map(([at, byte, cut]) => {
        const bytes = Uint8Array.from(good)
        bytes[at % bytes.length] = byte
        return cut ? bytes.subarray(0, at % bytes.length) : bytes
      })
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), mutated), (bytes) => {
        const message = attempt(() => decodeMessage(bytes))
        if (message?.is === 'offer') expect(message.text.length).toBeLessThanOrEqual(limits.MAX_NOTE)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('the answer to a direct message', () => {
  it('comes back as it was and is short', () => {
    const replies = [{ is: 'taken' } as const, ...REFUSALS.map((why) => ({ is: 'refused', why }) as const)]
    for (const reply of replies) {
      const bytes = encodeReply(reply)
      expect(bytes.length).toBeLessThanOrEqual(limits.MAX_REPLY_BYTES)
      expect(decodeReply(bytes)).toEqual(reply)
    }
  })

  it.each([{ is: 'refused' }, { is: 'refused', why: 'toString' }, { is: 'maybe' }, {}, [], 'taken'])(
    'that is %j is refused',
    (value) => {
      const bytes = encode(Array.isArray(value) || typeof value !== 'object' ? value : { v: 1, ...value })
      expect(() => decodeReply(bytes)).toThrow(expect.objectContaining({ code: 'protocol-violation' }))
    },
  )
})

/** The value, or undefined when it was refused as hostile; any other error fails the test. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (!isShoalError(error, 'protocol-violation')) throw error
    expect(ERROR_CODES).toContain(error.code)
    return undefined
  }
}
