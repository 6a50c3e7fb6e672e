import { generateKeyPair } from '@libp2p/crypto/keys'
import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { seededRandom, VirtualClock } from '../../base/index.ts'
import { encodeCanonical } from '../../content/cbor.ts'
import { MAX_SIGNED_ADDRESSES } from '../../content/index.ts'
import { openAnnouncement } from './announcement.ts'
import {
  ANNOUNCES_AT_ONCE,
  CLOCK_SLACK_MS,
  LOOKUPS_AT_ONCE,
  MAX_LIFETIME_MS,
  MAX_PROVIDERS,
  SWEEP_EVERY_MS,
} from './limits.ts'
import { ADDRESS, announcement, digestOf, newKey, signed, TRACKER_URL } from './test-tracker.ts'
import { Tracker, type AnnounceResult } from './tracker.ts'

let clock: VirtualClock
let tracker: Tracker
const IP = '192.168.0.7'

beforeEach(() => {
  clock = new VirtualClock()
  tracker = new Tracker({
    clock,
    random: seededRandom(1),
    urls: () => [TRACKER_URL, 'http://laptop.local:8420'],
  })
})

const members = (name = 'share'): string[] =>
  tracker.providers(digestOf(name), 'asker')!.map(({ peer }) => peer)

async function refusal(envelope: Uint8Array, source = IP): Promise<string> {
  const result: AnnounceResult = await tracker.announce(envelope, source)
  return result.is === 'refused' ? result.refusal : result.is
}

describe('a tracker', () => {
  it('tells where the members of a share are, to whoever knows its discovery key', async () => {
    const key = await newKey()
    expect(await tracker.announce(await signed(clock, key), IP)).toEqual({
      is: 'accepted',
      lifetimeMs: 600_000,
    })
    expect(tracker.providers(digestOf('share'), 'asker')).toEqual([
      { peer: peerIdFromPrivateKey(key).toString(), addresses: [ADDRESS] },
    ])
    expect(members('other')).toEqual([])
    expect(tracker.counts).toMatchObject({ entries: 1, keys: 1, peers: 1, accepted: 1, lookups: 2 })
  })

  it('takes newer addresses in place of older ones', async () => {
    const key = await newKey()
    await tracker.announce(await signed(clock, key), IP)
    clock.advance(1)
    await tracker.announce(await signed(clock, key, { addresses: ['/ip4/10.0.0.9/tcp/1'] }), IP)
    expect(tracker.providers(digestOf('share'), 'a')!.map(({ addresses }) => addresses)).toEqual([
      ['/ip4/10.0.0.9/tcp/1'],
    ])
    expect(tracker.counts.entries).toBe(1)
  })

  it('forgets who does not announce again, at once for look-ups and soon in memory', async () => {
    await tracker.start()
    await tracker.announce(await signed(clock, await newKey(), { expires: clock.wallNow() + 1_000 }), IP)
    clock.advance(999)
    expect(members().length).toBe(1)
    clock.advance(1)
    expect(members()).toEqual([])
    clock.advance(SWEEP_EVERY_MS)
    expect(tracker.counts).toMatchObject({ entries: 0, keys: 0, peers: 0 })
    await tracker.stop()
  })

  it('forgets who withdraws', async () => {
    const key = await newKey()
    await tracker.announce(await signed(clock, key), IP)
    expect(await refusal(await signed(clock, key, { sequence: clock.wallNow() + 1, addresses: [] }))).toBe(
      'accepted',
    )
    expect(members()).toEqual([])
  })

  it('names at most a hundred, other ones each time, and every one sooner or later', async () => {
    for (let i = 0; i < 150; i++) await tracker.announce(await signed(clock, await newKey()), `10.0.0.${i}`)
    const seen = new Set<string>()
    for (let i = 0; i < 12; i++) {
      const found = members()
      expect(new Set(found).size).toBe(MAX_PROVIDERS)
      for (const peer of found) seen.add(peer)
    }
    expect(seen.size).toBe(150)
  })
})

describe('an announcement', () => {
  it('that was replayed is refused, also after it was withdrawn or has expired', async () => {
    const key = await newKey()
    const long = await signed(clock, key, { sequence: 1, expires: clock.wallNow() + 600_000 })
    expect(await refusal(long)).toBe('accepted')
    expect(await refusal(long)).toBe('replayed')
    expect(await refusal(await signed(clock, key, { sequence: 2, expires: clock.wallNow() + 1_000 }))).toBe(
      'accepted',
    )
    expect(await refusal(long)).toBe('replayed')
    expect(
      await refusal(await signed(clock, key, { sequence: 3, addresses: [], expires: clock.wallNow() + 500 })),
    ).toBe('accepted')
    clock.advance(2_000)
    // What was said last has expired; what was said first has not, and must stay unsaid.
    expect(await refusal(long, '10.9.9.9')).toBe('replayed')
    await tracker.start()
    clock.advance(SWEEP_EVERY_MS)
    expect(await refusal(long)).toBe('replayed')
    expect(members()).toEqual([])
    clock.advance(600_000)
    expect(await refusal(long)).toBe('expired')
    expect(tracker.counts.entries).toBe(0)
    await tracker.stop()
  })

  it('meant for another tracker is refused, whichever URL of this one it does not name', async () => {
    const key = await newKey()
    for (const url of ['http://192.168.0.3:8420', 'https://192.168.0.2:8420', `${TRACKER_URL}/`, '']) {
      expect(await refusal(await signed(clock, key, { tracker: url }))).toBe('other-tracker')
    }
    expect(await refusal(await signed(clock, key, { tracker: 'http://laptop.local:8420' }))).toBe('accepted')
  })

  it('must expire soon, and not have', async () => {
    const key = await newKey()
    const now = clock.wallNow()
    expect(await refusal(await signed(clock, key, { expires: now }))).toBe('expired')
    const latest = now + MAX_LIFETIME_MS + CLOCK_SLACK_MS
    expect(await refusal(await signed(clock, key, { expires: latest + 1 }))).toBe('expires-too-late')
    expect(await refusal(await signed(clock, key, { expires: latest }))).toBe('accepted')
  })

  it('with any byte altered is refused', async () => {
    const key = await newKey()
    const envelope = await signed(clock, key)
    await fc.assert(
      fc.asyncProperty(fc.nat(envelope.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const altered = Uint8Array.from(envelope)
        altered[at]! ^= change
        expect(['malformed', 'forged', 'other-tracker', 'expired', 'expires-too-late']).toContain(
          await refusal(altered),
        )
      }),
      { numRuns: 300 },
    )
    expect(tracker.counts.entries).toBe(0)
  })

  it('under another one’s name is refused: the name is the key that signed', async () => {
    const [mine, yours] = [await newKey(), await newKey()]
    const own = RecordEnvelope.createFromProtobuf(await signed(clock, mine))
    const forged = new RecordEnvelope({
      publicKey: yours.publicKey,
      payload: own.payload,
      payloadType: own.payloadType,
      signature: own.signature,
    })
    expect(await refusal(forged.marshal())).toBe('forged')
  })

  it('cannot be made of what a peer signs for other purposes', async () => {
    const key = await newKey()
    const peerId = peerIdFromPrivateKey(key)
    const record = new PeerRecord({ peerId, multiaddrs: [multiaddr(ADDRESS)] })
    expect(await refusal((await RecordEnvelope.seal(record, key)).marshal())).toBe('malformed')
    const own = RecordEnvelope.createFromProtobuf(await signed(clock, key))
    const elsewhere = {
      domain: 'libp2p-peer-record',
      codec: own.payloadType,
      marshal: () => own.payload,
      equals: () => false,
    }
    expect(await refusal((await RecordEnvelope.seal(elsewhere, key)).marshal())).toBe('forged')
  })

  it('signed with a kind of key that is slow to verify is not verified', async () => {
    const key = await generateKeyPair('RSA', 2048)
    expect(await refusal(await signed(clock, key))).toBe('malformed')
  })

  it('must have the one form it has', async () => {
    const key = await newKey()
    const { addresses, sequence, ...rest } = announcement(clock)
    const good = { ...rest, v: 1, seq: sequence, addrs: addresses.map((text) => multiaddr(text).bytes) }
    const seal = async (payload: Uint8Array): Promise<Uint8Array> => {
      const codec = new TextEncoder().encode('/shoal/tracker/announce/1')
      const record = { domain: 'shoal-tracker-announce', codec, marshal: () => payload, equals: () => false }
      return (await RecordEnvelope.seal(record, key)).marshal()
    }
    const bad: unknown[] = [
      { ...good, v: 2 },
      { ...good, extra: 1 },
      { ...good, key: good.key.subarray(1) },
      { ...good, key: 'text' },
      { ...good, tracker: 7 },
      { ...good, tracker: 'x'.repeat(600) },
      { ...good, seq: -1 },
      { ...good, seq: 1.5 },
      { ...good, expires: '9' },
      { ...good, addrs: good.addrs[0] },
      { ...good, addrs: ['/ip4/1.2.3.4/tcp/1'] },
      { ...good, addrs: [new Uint8Array([255, 255, 255])] },
      { ...good, addrs: [new Uint8Array()] },
      { ...good, addrs: [multiaddr('/unix/%2Ftmp%2Fsocket').bytes] },
      { ...good, addrs: Array.from({ length: MAX_SIGNED_ADDRESSES + 1 }, () => good.addrs[0]) },
      { v: 1 },
      [],
      null,
      'text',
    ]
    for (const value of bad)
      expect([value, await refusal(await seal(encodeCanonical(value)))]).toEqual([value, 'malformed'])
    const canonical = encodeCanonical(good)
    expect(await refusal(await seal(Buffer.concat([canonical, Buffer.from([0])])))).toBe('malformed')
    expect(await refusal(await seal(canonical))).toBe('accepted')
  })

  it('never does harm, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        expect(['malformed', 'rate-limited']).toContain(await refusal(bytes))
      }),
    )
    expect(() => openAnnouncement(new Uint8Array(10_000))).toThrow('too long')
  })
})

describe('a tracker under attack', () => {
  it('limits what one address may say and ask, and nobody else suffers', async () => {
    const junk = new Uint8Array(1)
    for (let i = 0; i < ANNOUNCES_AT_ONCE; i++) await tracker.announce(junk, 'loud')
    expect(await refusal(junk, 'loud')).toBe('rate-limited')
    expect(await refusal(await signed(clock, await newKey()), 'quiet')).toBe('accepted')
    for (let i = 0; i < LOOKUPS_AT_ONCE; i++) tracker.providers(digestOf('share'), 'loud')
    expect(tracker.providers(digestOf('share'), 'loud')).toBeUndefined()
    expect(members().length).toBe(1)
    clock.advance(1_000)
    expect(await refusal(await signed(clock, await newKey()), 'loud')).toBe('accepted')
  })

  it('when full makes room at the expense of whoever holds most', async () => {
    tracker = new Tracker({ clock, random: seededRandom(1), urls: () => [TRACKER_URL], maxEntries: 20 })
    const quiet = await newKey()
    await tracker.announce(await signed(clock, quiet), 'quiet')
    // Many names from one place.
    for (let i = 0; i < 60; i++) {
      await tracker.announce(await signed(clock, await newKey(), { key: digestOf(`x${i}`) }), 'loud')
    }
    await tracker.announce(await signed(clock, await newKey()), 'another')
    expect(tracker.counts.entries).toBe(20)
    expect(members().length).toBe(2)
    expect(members('x59').length).toBe(1)
    expect(members('x0')).toEqual([])
  })
})
