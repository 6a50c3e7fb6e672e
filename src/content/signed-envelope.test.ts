import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { RecordEnvelope } from '@libp2p/peer-record'
import { multiaddr } from '@multiformats/multiaddr'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concatBytes, isShoalError, utf8 } from '../base/index.ts'
import { encodeCanonical } from './cbor.ts'
import { MAX_SIGNED_ADDRESS_BYTES, MAX_SIGNED_ADDRESSES } from './limits.ts'
import {
  encodeAddresses,
  openStatement,
  readAddresses,
  signStatement,
  type StatementKind,
} from './signed-envelope.ts'

const KIND: StatementKind = {
  name: 'a test',
  domain: 'shoal-test',
  type: utf8('/shoal/test/1'),
  version: 3,
  fields: 2,
  maxBytes: 512,
}
const [alice, bob] = [await generateKeyPair('Ed25519'), await generateKeyPair('Ed25519')]
const FIELDS = { a: 'x', b: 7 }

async function sealed(payload: unknown): Promise<Uint8Array> {
  const bytes = encodeCanonical(payload)
  const record = { domain: KIND.domain, codec: KIND.type, marshal: () => bytes, equals: () => false }
  return (await RecordEnvelope.seal(record, alice)).marshal()
}

describe('a signed statement', () => {
  test('says what its signer said', async () => {
    const { fields, signer, isSigned } = openStatement(KIND, await signStatement(KIND, FIELDS, alice))
    expect(fields).toEqual(FIELDS)
    expect(signer).toBe(peerIdFromPrivateKey(alice).toString())
    expect(await isSigned()).toBe(true)
  })

  test('is the signer’s alone', async () => {
    const { payload, payloadType, signature } = RecordEnvelope.createFromProtobuf(
      await signStatement(KIND, FIELDS, alice),
    )
    const forged = new RecordEnvelope({ publicKey: bob.publicKey, payload, payloadType, signature })
    expect(await openStatement(KIND, forged.marshal()).isSigned()).toBe(false)
  })

  test('holds for one purpose only', async () => {
    const bytes = await signStatement(KIND, FIELDS, alice)
    expect(await openStatement({ ...KIND, domain: 'shoal-other' }, bytes).isSigned()).toBe(false)
    expect(() => openStatement({ ...KIND, type: utf8('/shoal/other/1') }, bytes)).toThrow('another type')
  })

  test('signed with a kind of key that is slow to verify is refused', async () => {
    const bytes = await signStatement(
      { ...KIND, maxBytes: 5_000 },
      FIELDS,
      await generateKeyPair('RSA', 2048),
    )
    expect(() => openStatement({ ...KIND, maxBytes: 5_000 }, bytes)).toThrow('not an Ed25519 key')
  })

  test('has one spelling: unknown fields of the envelope are refused', async () => {
    const bytes = await signStatement(KIND, FIELDS, alice)
    const longer = concatBytes(bytes, Uint8Array.of(0x7a, 1, 0))
    expect(RecordEnvelope.createFromProtobuf(longer).signature.length).toBe(64)
    expect(() => openStatement(KIND, longer)).toThrow('the one form')
  })

  test('longer than its kind may be is refused unread', async () => {
    const bytes = await signStatement(KIND, { a: 'x'.repeat(512), b: 7 }, alice)
    expect(() => openStatement(KIND, bytes)).toThrow('too long')
  })

  test.each<[string, unknown, string]>([
    ['another version', { v: 2, ...FIELDS }, 'its version'],
    ['no version', { c: 3, ...FIELDS }, 'its fields'],
    ['a field more', { v: 3, ...FIELDS, c: 1 }, 'its fields'],
    ['a field less', { v: 3, a: 'x' }, 'its fields'],
    ['a list', [3, 'x', 7], 'its fields'],
    ['nothing', null, 'its fields'],
  ])('of another form is refused: %s', async (_what, payload, why) => {
    const bytes = await sealed(payload)
    expect(() => openStatement(KIND, bytes)).toThrow(`not a test: ${why}`)
  })

  test('of any octets is refused and nothing else happens', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          openStatement(KIND, bytes)
          expect.unreachable()
        } catch (error) {
          expect(isShoalError(error, 'protocol-violation')).toBe(true)
        }
      }),
    )
  })
})

describe('addresses in a statement', () => {
  const ADDRESS = '/ip4/192.0.2.1/tcp/42850'

  test('come back as they were', () => {
    const addresses = [ADDRESS, '/ip6/2001:db8::1/tcp/1']
    expect(readAddresses(KIND, encodeAddresses(addresses))).toEqual(addresses)
    expect(readAddresses(KIND, [])).toEqual([])
  })

  test.each<[string, unknown]>([
    ['one alone', multiaddr(ADDRESS).bytes],
    ['as text', [ADDRESS]],
    ['not one', [new Uint8Array([255, 255, 255])]],
    ['empty', [new Uint8Array()]],
    ['a Unix socket', [multiaddr('/unix/%2Ftmp%2Fsocket').bytes]],
    ['too long', [multiaddr(`/dns4/${'x'.repeat(MAX_SIGNED_ADDRESS_BYTES)}/tcp/1`).bytes]],
    ['too many', Array.from({ length: MAX_SIGNED_ADDRESSES + 1 }, () => multiaddr(ADDRESS).bytes)],
  ])('are refused: %s', (_what, value) => {
    expect(() => readAddresses(KIND, value)).toThrow('address')
  })
})
