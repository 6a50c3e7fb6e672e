import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../base/index.ts'
import { findRoute, type Lookup, type MailResolver, type MxRecord, type SrvRecord } from './route.ts'

interface Zone {
  mx?: Record<string, MxRecord[] | 'no-such-name' | Error>
  srv?: Record<string, SrvRecord[] | Error>
  address?: Record<string, string[] | Error>
}

function answer<T>(found: readonly T[] | 'no-such-name' | Error | undefined): Lookup<T> {
  if (found instanceof Error) throw found
  if (found === 'no-such-name') return { is: 'no-such-name' }
  return found ? { is: 'found', records: found } : { is: 'none' }
}

function resolverOf({ mx = {}, srv = {}, address = {} }: Zone): MailResolver {
  return {
    resolveMx: async (domain) => answer(mx[domain]),
    resolveSrv: async (name) => answer(srv[name]),
    resolveAddress: async (host) => answer(address[host]),
  }
}

function route(domain: string, zone: Zone, seed = 1) {
  return findRoute(domain, {
    resolver: resolverOf(zone),
    random: seededRandom(seed),
    isSelf: (host) => host === 'self.test',
  })
}

const mx = (...records: [number, string][]): MxRecord[] =>
  records.map(([preference, exchange]) => ({ preference, exchange }))
const address = { 'm1.test': ['10.0.0.1'], 'm2.test': ['10.0.0.2', 'fe80::2'], 'b.test': ['10.0.0.9'] }
const failure = new Error('SERVFAIL')

describe('the way to a domain', () => {
  it('goes by MX in order of preference, all addresses of each, port 25', async () => {
    expect(
      await route('b.test', { mx: { 'b.test': mx([20, 'm2.test.'], [10, 'M1.test']) }, address }),
    ).toEqual({
      is: 'hops',
      hops: [
        { host: 'm1.test', address: '10.0.0.1', port: 25 },
        { host: 'm2.test', address: '10.0.0.2', port: 25 },
        { host: 'm2.test', address: 'fe80::2', port: 25 },
      ],
    })
  })

  it('takes equals in any order', async () => {
    const zone = { mx: { 'b.test': mx([10, 'm1.test'], [10, 'b.test']) }, address }
    const firsts = new Set<string>()
    for (let seed = 0; seed < 20; seed++) {
      const found = await route('b.test', zone, seed)
      if (found.is === 'hops') firsts.add(found.hops[0]!.host)
    }
    expect([...firsts].toSorted()).toEqual(['b.test', 'm1.test'])
  })

  it('takes the port, and the host behind it, from SRV', async () => {
    const srv = {
      '_smtp._tcp.m1.test': [
        { priority: 2, weight: 0, port: 26, target: 'm1.test' },
        { priority: 1, weight: 5, port: 2525, target: 'm2.test.' },
      ],
    }
    expect(await route('b.test', { mx: { 'b.test': mx([10, 'm1.test']) }, srv, address })).toMatchObject({
      hops: [{ host: 'm1.test', address: '10.0.0.2', port: 2525 }, { port: 2525 }],
    })
    const none = { '_smtp._tcp.m1.test': [{ priority: 0, weight: 0, port: 0, target: '.' }] }
    expect(
      await route('b.test', { mx: { 'b.test': mx([10, 'm1.test']) }, srv: none, address }),
    ).toMatchObject({
      hops: [{ address: '10.0.0.1', port: 25 }],
    })
  })

  it('is the domain’s own address where there is no MX', async () => {
    expect(await route('b.test', { address })).toEqual({
      is: 'hops',
      hops: [{ host: 'b.test', address: '10.0.0.9', port: 25 }],
    })
    expect(await route('nowhere.test', { address })).toMatchObject({ is: 'impossible', status: '5.4.4' })
  })

  it('is an address literal’s address', async () => {
    expect(await route('[10.1.2.3]', {})).toMatchObject({ hops: [{ address: '10.1.2.3', port: 25 }] })
    expect(await route('[IPv6:::1]', {})).toMatchObject({ hops: [{ address: '::1' }] })
  })

  it('does not exist for a domain that does not, or takes no mail', async () => {
    expect(await route('b.test', { mx: { 'b.test': 'no-such-name' } })).toMatchObject({
      is: 'impossible',
      status: '5.1.2',
    })
    expect(await route('b.test', { mx: { 'b.test': mx([0, '.']) } })).toMatchObject({
      is: 'impossible',
      status: '5.1.10',
    })
    expect(await route('b.test', { mx: { 'b.test': mx([0, '.'], [10, 'm1.test']) }, address })).toMatchObject(
      {
        hops: [{ host: 'm1.test' }],
      },
    )
  })

  it('never leads back: this server and worse ones are left out', async () => {
    const backup = mx([10, 'm1.test'], [20, 'self.test'], [20, 'm2.test'], [30, 'b.test'])
    expect(await route('b.test', { mx: { 'b.test': backup }, address })).toMatchObject({
      hops: [{ host: 'm1.test' }],
    })
    expect(
      await route('b.test', { mx: { 'b.test': mx([10, 'self.test'], [20, 'm1.test']) }, address }),
    ).toMatchObject({
      is: 'impossible',
      status: '5.4.6',
    })
    expect(await route('self.test', { address: { 'self.test': ['127.0.0.1'] } })).toMatchObject({
      status: '5.4.6',
    })
  })

  it('may be found later when a name server does not answer, and goes on where another is known', async () => {
    expect(await route('b.test', { mx: { 'b.test': failure } })).toMatchObject({
      is: 'later',
      status: '4.4.3',
    })
    const zone = { mx: { 'b.test': mx([10, 'm1.test'], [20, 'm2.test']) } }
    expect(await route('b.test', { ...zone, address: { ...address, 'm1.test': failure } })).toMatchObject({
      hops: [{ host: 'm2.test' }, { host: 'm2.test' }],
    })
    expect(
      await route('b.test', { ...zone, address: { 'm1.test': failure, 'm2.test': failure } }),
    ).toMatchObject({
      is: 'later',
    })
    expect(
      await route('b.test', {
        ...zone,
        srv: { '_smtp._tcp.m1.test': failure, '_smtp._tcp.m2.test': failure },
      }),
    ).toMatchObject({ is: 'later' })
  })

  it('is asked of servers in bounds, however many are named', async () => {
    const many = mx(...Array.from({ length: 50 }, (_, i) => [i, 'm1.test'] as [number, string]))
    const found = await route('b.test', {
      mx: { 'b.test': many },
      address: { 'm1.test': Array.from({ length: 50 }, (_, i) => `10.0.1.${i}`) },
    })
    expect(found.is === 'hops' && found.hops.length).toBe(20)
  })
})
