import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../base/index.ts'
import { Name, TYPE } from '../wire/index.ts'
import { Cache } from './cache.ts'
import { recordSet } from './classify.ts'
import { Delegations } from './delegations.ts'
import { MAX_DELEGATIONS, MAX_FAILURE_TTL, MAX_NEGATIVE_TTL, MAX_POSITIVE_TTL } from './limits.ts'
import { systemResolvers } from './system-resolvers.ts'
import { rr } from './test-internet.ts'

const www = Name.parse('www.example.com.')
const a = (ttl: number, address = '192.0.2.1') => rr(`www.example.com. ${ttl} A ${address}`)
const soa = (ttl: number, minimum: number) => rr(`example.com. ${ttl} SOA . . 1 1 1 1 ${minimum}`)

function make(limits = {}) {
  const clock = new VirtualClock()
  return { clock, cache: new Cache(clock, limits) }
}

describe('Cache', () => {
  it('counts times to live down in whole seconds and forgets at the end', () => {
    const { clock, cache } = make()
    cache.putRecords([a(10)], 'owned')
    clock.advance(999)
    expect(cache.get(www, TYPE.A)).toMatchObject({ records: [{ ttl: 10 }] })
    clock.advance(9_000)
    expect(cache.get(www, TYPE.A)).toMatchObject({ records: [{ ttl: 1 }] })
    clock.advance(1)
    expect(cache.get(www, TYPE.A)).toBeUndefined()
    expect(cache.size).toBe(0)
  })

  it('does not keep what has no time to live', () => {
    const { cache } = make()
    cache.putRecords([a(0)], 'owned')
    cache.putNegative('no-name', www, TYPE.A, soa(60, 0))
    expect(cache.size).toBe(0)
  })

  it('lets better data replace worse, and never worse better (RFC 2181 §5.4.1)', () => {
    const { clock, cache } = make()
    const known = (): unknown => {
      const entry = cache.get(www, TYPE.A)
      return entry?.is === 'records' && entry.records[0]!.data
    }
    cache.putRecords([a(10, '192.0.2.1')], 'told')
    cache.putRecords([a(10, '192.0.2.2')], 'owned')
    expect(known()).toMatchObject({ address: '192.0.2.2' })
    cache.putRecords([a(10, '192.0.2.3')], 'chained')
    expect(known()).toMatchObject({ address: '192.0.2.2' })
    clock.advance(10_000)
    cache.putRecords([a(10, '192.0.2.3')], 'chained')
    expect(known()).toMatchObject({ address: '192.0.2.3' })
  })

  it('keeps that something does not exist for the lower of two times, an hour at most', () => {
    const { clock, cache } = make()
    cache.putNegative('no-data', www, TYPE.MX, soa(30, 900))
    expect(cache.get(www, TYPE.MX)).toMatchObject({ is: 'no-data', soa: { ttl: 30 } })
    expect(cache.get(www, TYPE.A)).toBeUndefined()
    cache.putNegative('no-name', Name.parse('gone.com.'), TYPE.A, soa(999_999, 999_999))
    clock.advance(MAX_NEGATIVE_TTL * 1000 - 1)
    expect(cache.get(Name.parse('gone.com.'), TYPE.TXT)).toMatchObject({ is: 'no-name', soa: { ttl: 1 } })
    expect(cache.get(Name.parse('below.gone.com.'), TYPE.A)).toMatchObject({ is: 'no-name' })
    clock.advance(1)
    expect(cache.get(Name.parse('gone.com.'), TYPE.TXT)).toBeUndefined()
  })

  it('keeps failures briefly, longer each time, five minutes at most, and not over what is known', () => {
    const { clock, cache } = make()
    const heldFor: number[] = []
    for (let i = 0; i < 9; i++) {
      cache.putFailure(www, TYPE.A)
      heldFor.push(cache.lines()[0]!.leftMs / 1000)
      clock.advance(cache.lines()[0]!.leftMs)
      expect(cache.get(www, TYPE.A)).toBeUndefined()
    }
    expect(heldFor).toEqual([2, 4, 8, 16, 32, 64, 128, 256, MAX_FAILURE_TTL])
    cache.putRecords([a(10)], 'owned')
    cache.putFailure(www, TYPE.A)
    expect(cache.get(www, TYPE.A)?.is).toBe('records')
  })

  it('lets go of the longest unused when there are too many', () => {
    const { cache } = make({ maxEntries: 3 })
    const names = ['a.', 'b.', 'c.', 'd.'].map((text) => Name.parse(text))
    expect(cache.lines()).toEqual([])
    for (const name of names.slice(0, 3)) cache.putRecords([rr(`${name.toString()} 60 A 192.0.2.1`)], 'owned')
    cache.get(names[0]!, TYPE.A)
    cache.putRecords([rr('d. 60 A 192.0.2.1')], 'owned')
    expect(names.map((name) => cache.get(name, TYPE.A) !== undefined)).toEqual([true, false, true, true])
    expect(cache.count()).toBe(3)
    expect(cache.lines(2).map(({ name }) => name.toString())).toEqual(['d.', 'c.'])
  })

  it('never holds more octets than allowed, and knows when it holds none', () => {
    const { cache } = make({ maxBytes: 5_000 })
    const text = 'x'.repeat(200)
    for (let i = 0; i < 100; i++) {
      cache.putRecords([rr(`n${i}. 60 TXT ${text}`)], 'owned')
      expect(cache.bytes).toBeLessThanOrEqual(5_000)
    }
    expect(cache.size).toBeGreaterThan(4)
    cache.putRecords([rr(`big. 60 TXT ${`${text} `.repeat(40)}`)], 'owned')
    expect(cache.get(Name.parse('big.'), TYPE.TXT)).toBeUndefined()
    cache.clear()
    expect([cache.size, cache.bytes]).toEqual([0, 0])
  })

  it('forgets what lies in one zone', () => {
    const { cache } = make()
    cache.putRecords([a(60)], 'owned')
    cache.putRecords([rr('www.example.org. 60 A 192.0.2.1')], 'owned')
    cache.clear(Name.parse('example.com.'))
    expect(cache.lines().map(({ name }) => name.toString())).toEqual(['www.example.org.'])
  })
})

describe('recordSet', () => {
  it('gives records of one type once each, with the lowest time to live, a day at most', () => {
    const set = recordSet([a(60), a(30), a(90, '192.0.2.2'), rr('www.example.com. 5 TXT x')], TYPE.A)
    expect(set.map(({ ttl, data }) => [ttl, data.kind === 'A' && data.address])).toEqual([
      [30, '192.0.2.1'],
      [30, '192.0.2.2'],
    ])
    expect(recordSet([a(0x7fffffff)], TYPE.A)[0]!.ttl).toBe(MAX_POSITIVE_TTL)
  })
})

describe('Delegations', () => {
  it('are bounded and end with their time', () => {
    const clock = new VirtualClock()
    const delegations = new Delegations(clock, { zone: Name.root, servers: [] })
    for (let i = 0; i < MAX_DELEGATIONS + 10; i++)
      delegations.put({ zone: Name.parse(`z${i}.`), servers: [] }, 60)
    expect(delegations.size).toBe(MAX_DELEGATIONS)
    const last = Name.parse(`www.z${MAX_DELEGATIONS}.`)
    expect(delegations.closest(last).zone.toString()).toBe(`z${MAX_DELEGATIONS}.`)
    clock.advance(60_000)
    expect(delegations.closest(last).zone.isRoot).toBe(true)
  })
})

describe('systemResolvers', () => {
  it('knows itself behind every address it listens on', () => {
    const texts = ['127.0.0.1', '192.168.0.1', '192.168.0.7']
    const own = [{ address: '0.0.0.0', port: 53 }]
    expect(systemResolvers(own, texts, ['127.0.0.1', '192.168.0.7'])).toEqual([
      { address: '192.168.0.1', port: 53 },
    ])
  })

  it('reads addresses with and without ports, and never names ourselves', () => {
    const texts = [
      '192.0.2.1',
      '192.0.2.2:5300',
      '2001:db8::1',
      '[2001:db8::2]:54',
      'nonsense',
      '127.0.0.1:5300',
    ]
    expect(systemResolvers([{ address: '127.0.0.1', port: 5300 }], texts)).toEqual([
      { address: '192.0.2.1', port: 53 },
      { address: '192.0.2.2', port: 5300 },
      { address: '2001:db8::1', port: 53 },
      { address: '2001:db8::2', port: 54 },
    ])
  })
})
