import { expect, test } from 'vitest'
import { silentLogger, VirtualClock } from '../../base/index.ts'
import { decodeMessage, encodeMessage, rcodeText, TYPE } from '../../client-server/dns/wire/index.ts'
import { query } from '../../client-server/dns/wire/test-messages.ts'
import { formatRecord } from '../../client-server/dns/zone/index.ts'
import { laptopZones, type LaptopFacts } from './laptop-zones.ts'
import { OwnZone } from './own-zone.ts'

const ALICE: LaptopFacts = {
  peerId: 'A',
  name: 'alice',
  addresses: ['192.0.2.1'],
  port: 42_850,
  servers: {},
  shares: [],
}
const OTHER = { address: '192.0.2.9', port: 5_000, transport: 'udp' } as const

function ownZone(facts: LaptopFacts = ALICE): OwnZone {
  const zone = new OwnZone({ clock: new VirtualClock(), log: silentLogger })
  zone.set(laptopZones(facts, []).own, facts)
  return zone
}

const asked = (name: string, recursionDesired = false): Uint8Array =>
  encodeMessage(query(name, TYPE.A, { recursionDesired }))

test('a resolver that asks about our name without wishing for recursion is answered from our zone', () => {
  const zone = ownZone()
  expect(zone.isAsked(asked('alice.shoal.internal'))).toBe(true)
  expect(zone.isAsked(asked('x.ALICE.shoal.internal'))).toBe(true)
  const answer = decodeMessage(zone.answer(asked('alice.shoal.internal'), OTHER)!)
  expect(answer.authoritative).toBe(true)
  expect(answer.answers.map(formatRecord)).toEqual(['alice.shoal.internal. 30 IN A 192.0.2.1'])
  const server = decodeMessage(zone.answer(asked('ns.alice.shoal.internal'), OTHER)!)
  expect(server.answers.map(formatRecord)).toEqual(['ns.alice.shoal.internal. 30 IN A 192.0.2.1'])
  const missing = decodeMessage(zone.answer(asked('x.alice.shoal.internal'), OTHER)!)
  expect(rcodeText(missing.rcode)).toBe('NXDOMAIN')
})

test('everything else is the resolver’s', () => {
  const zone = ownZone()
  expect(zone.isAsked(asked('alice.shoal.internal', true))).toBe(false)
  expect(zone.isAsked(asked('bob.shoal.internal'))).toBe(false)
  expect(zone.isAsked(asked('xalice.shoal.internal'))).toBe(false)
  expect(zone.isAsked(asked('shoal.internal'))).toBe(false)
  expect(zone.isAsked(new Uint8Array(12))).toBe(false)
  expect(zone.isAsked(asked('alice.shoal.internal').subarray(0, 20))).toBe(false)
  expect(zone.isAsked(new Uint8Array(3))).toBe(false)
})

test('a laptop without an address has no zone to answer from, and one that is renamed another', () => {
  expect(ownZone({ ...ALICE, addresses: [] }).isAsked(asked('alice.shoal.internal'))).toBe(false)
  const zone = ownZone()
  const ann = { ...ALICE, name: 'Ann' }
  zone.set(laptopZones(ann, []).own, ann)
  expect(zone.isAsked(asked('alice.shoal.internal'))).toBe(false)
  expect(zone.isAsked(asked('ann.shoal.internal'))).toBe(true)
})

test('others cannot use it to flood somebody: answers alike are limited', () => {
  const zone = ownZone()
  const answers = Array.from({ length: 200 }, () => zone.answer(asked('alice.shoal.internal'), OTHER))
  expect(answers.filter(Boolean).length).toBeLessThan(150)
})
