import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { RecordEnvelope } from '@libp2p/peer-record'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isShoalError, utf8, VirtualClock } from '../../base/index.ts'
import { encodeCanonical } from '../../content/cbor.ts'
import { LIFETIME_MS } from './limits.ts'
import { nameKey, openName, signName, type NameRecord } from './name-record.ts'
import { nameRecordRules } from './record-rules.ts'

const clock = new VirtualClock()
const keys = await Promise.all(Array.from({ length: 3 }, () => generateKeyPair('Ed25519')))
const [alice, mallory] = [keys[0]!, keys[1]!]

const record = (change: Partial<NameRecord> = {}): NameRecord => ({
  label: 'alice',
  sequence: clock.wallNow(),
  expires: clock.wallNow() + LIFETIME_MS,
  addresses: ['/ip4/192.0.2.1/tcp/42850'],
  ...change,
})

const signed = (change: Partial<NameRecord> = {}, key = alice): Promise<Uint8Array> =>
  signName(record(change), key)

async function sealed(
  payload: Uint8Array,
  domain = 'shoal-name',
  type = '/shoal/name/1',
): Promise<Uint8Array> {
  const sealable = { domain, codec: utf8(type), marshal: () => payload, equals: () => false }
  return (await RecordEnvelope.seal(sealable, alice)).marshal()
}

describe('a name record', () => {
  test('comes back as it was signed, with its owner', async () => {
    expect(await openName(await signed())).toEqual({
      ...record(),
      owner: peerIdFromPrivateKey(alice).toString(),
    })
  })

  test('with any octet changed is refused', async () => {
    const bytes = await signed()
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, difference) => {
        const changed = bytes.slice()
        changed[at]! ^= difference
        await expect(openName(changed)).rejects.toMatchObject({ code: 'protocol-violation' })
      }),
    )
  })

  test.each<[string, unknown]>([
    ['another version', { v: 2, name: 'a', seq: 1, expires: 1, addrs: [] }],
    ['a field more', { v: 1, name: 'a', seq: 1, expires: 1, addrs: [], more: 1 }],
    ['a name with a dot', { v: 1, name: 'a.b', seq: 1, expires: 1, addrs: [] }],
    ['a name in capitals', { v: 1, name: 'A', seq: 1, expires: 1, addrs: [] }],
    ['an empty name', { v: 1, name: '', seq: 1, expires: 1, addrs: [] }],
    ['a negative sequence', { v: 1, name: 'a', seq: -1, expires: 1, addrs: [] }],
    ['an address that is none', { v: 1, name: 'a', seq: 1, expires: 1, addrs: [utf8('x')] }],
    [
      'a Unix socket',
      { v: 1, name: 'a', seq: 1, expires: 1, addrs: [Uint8Array.of(0x90, 3, 2, 0x2f, 0x61)] },
    ],
    [
      'seventeen addresses',
      {
        v: 1,
        name: 'a',
        seq: 1,
        expires: 1,
        addrs: Array.from({ length: 17 }, () => Uint8Array.of(4, 1, 2, 3, 4)),
      },
    ],
    ['a list', []],
    ['nothing', null],
  ])('is refused: %s', async (_what, payload) => {
    await expect(openName(await sealed(encodeCanonical(payload)))).rejects.toMatchObject({
      code: 'protocol-violation',
    })
  })

  test('is refused when it was signed for something else', async () => {
    const payload = encodeCanonical({ v: 1, name: 'a', seq: 1, expires: 1, addrs: [] })
    await expect(openName(await sealed(payload))).resolves.toMatchObject({ label: 'a' })
    await expect(openName(await sealed(payload, 'shoal-tracker-announce'))).rejects.toThrow('signature')
    await expect(openName(await sealed(payload, 'shoal-name', '/other'))).rejects.toThrow('another type')
  })

  test('of any octets is refused and nothing else happens', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const error: unknown = await openName(bytes).catch((reason: unknown) => reason)
        expect(isShoalError(error, 'protocol-violation')).toBe(true)
      }),
    )
    await expect(openName(new Uint8Array(5_000))).rejects.toThrow('too long')
  })
})

describe('the rules of the DHT', () => {
  const rules = (time = clock, most?: number) => {
    const { validators, selectors } = nameRecordRules(time, most)
    return {
      keep: (value: Uint8Array, key = nameKey('alice')) => validators['shoal-name']!(key, value),
      believe: (value: Uint8Array) => validators['shoal-name']!(nameKey('alice'), value, {}),
      select: (values: Uint8Array[]) => selectors['shoal-name']!(nameKey('alice'), values),
    }
  }

  test('keep what is true, now and under its own key', async () => {
    const { keep } = rules()
    await keep(await signed())
    await expect(keep(await signed(), nameKey('bob'))).rejects.toThrow('another name')
    await expect(keep(await signed({ expires: clock.wallNow() }))).rejects.toThrow('expired')
    await expect(keep(await signed({ expires: clock.wallNow() + 2 * LIFETIME_MS }))).rejects.toThrow(
      'too long',
    )
  })

  test('give a name to whoever comes first, until he no longer renews it', async () => {
    const time = new VirtualClock()
    const { keep } = rules(time)
    const at = (): Partial<NameRecord> => ({
      sequence: time.wallNow(),
      expires: time.wallNow() + LIFETIME_MS,
    })
    await keep(await signed(at()))
    await expect(keep(await signed(at(), mallory))).rejects.toThrow('held by another')
    time.advance(LIFETIME_MS / 2)
    await keep(await signed(at()))
    await expect(keep(await signed({ ...at(), sequence: 1 }))).rejects.toThrow('older')
    time.advance(LIFETIME_MS / 2 + 1)
    await expect(keep(await signed(at(), mallory))).rejects.toThrow('held by another')
    time.advance(LIFETIME_MS)
    await keep(await signed(at(), mallory))
  })

  test('do not mistake what is read for what is to be kept', async () => {
    const { keep, believe } = rules()
    await believe(await signed({}, mallory))
    await keep(await signed())
    await believe(await signed({}, mallory))
  })

  test('believe the owner most keepers name, and his newest record', async () => {
    const { select } = rules()
    const old = await signed({ sequence: 1 })
    const fresh = await signed({ sequence: 2 })
    const other = await signed({ sequence: 9 }, mallory)
    expect(select([other, old, fresh])).toBe(2)
    expect(select([fresh, other, old])).toBe(0)
    expect(select([new Uint8Array(3), other])).toBe(1)
    const tie = select([old, other])
    expect(select([other, old])).toBe(1 - tie)
  })

  test('remember so many names, the longest unseen go first', async () => {
    const { keep } = rules(clock, 2)
    await keep(await signed({ label: 'bob' }), nameKey('bob'))
    await keep(await signed())
    await keep(await signed({ label: 'bob' }), nameKey('bob'))
    await keep(await signed({ label: 'carol' }), nameKey('carol'))
    await expect(keep(await signed({ label: 'bob' }, mallory), nameKey('bob'))).rejects.toThrow('held')
    await keep(await signed({}, mallory))
  })
})
