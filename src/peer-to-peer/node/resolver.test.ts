import { multiaddr } from '@multiformats/multiaddr'
import { defaultLogger } from '@libp2p/logger'
import { describe, expect, it } from 'vitest'
import { silentLogger } from '../../base/index.ts'
import { MAX_RESOLVED_ADDRESSES } from './limits.ts'
import { multiaddrResolvers, type HostResolver } from './resolver.ts'

const PEER = '12D3KooWGq882nWqXPKwuaRLfJnm1QSQ6vn7HASyYHcsxmzExe9j'

async function resolved(text: string, resolver: Partial<HostResolver>): Promise<string[]> {
  const nothing: HostResolver = { lookup: () => Promise.resolve([]), txt: () => Promise.resolve([]) }
  const address = multiaddr(text)
  const able = Object.values(multiaddrResolvers({ ...nothing, ...resolver }, silentLogger))
  const found = await Promise.all(
    able
      .filter((each) => each.canResolve(address))
      .map((each) => each.resolve(address, { log: defaultLogger().forComponent('test') })),
  )
  return found.flat().map((each) => each.toString())
}

describe('host names in multiaddresses', () => {
  it('become addresses of the family asked for, with the rest kept', async () => {
    const families: number[] = []
    const lookup: HostResolver['lookup'] = (_, family) => {
      families.push(family)
      return Promise.resolve(family === 6 ? ['fd00::1'] : ['10.0.0.1'])
    }
    expect(await resolved(`/dns4/a.example/tcp/5/p2p/${PEER}`, { lookup })).toEqual([
      `/ip4/10.0.0.1/tcp/5/p2p/${PEER}`,
    ])
    expect(await resolved('/dns6/a.example/tcp/5', { lookup })).toEqual(['/ip6/fd00::1/tcp/5'])
    expect(await resolved('/dns/a.example/tcp/5', { lookup })).toEqual(['/ip4/10.0.0.1/tcp/5'])
    expect(families).toEqual([4, 6, 0])
  })

  it('of the kind dnsaddr become the addresses in TXT records, of the peer named', async () => {
    const asked: string[] = []
    const txt: HostResolver['txt'] = (name) => {
      asked.push(name)
      const other = '12D3KooWHmJKvKh8WYx7rPZJAvzLUNjKP1rUzKTVPyQjgwT89abc'
      return Promise.resolve([
        `dnsaddr=/ip4/10.0.0.1/tcp/5/p2p/${PEER}`,
        `dnsaddr=/ip4/1.1.1.1/tcp/1/p2p/${other}`,
        'dnsaddr=x',
        'v=spf1',
      ])
    }
    expect(await resolved(`/dnsaddr/a.example/p2p/${PEER}`, { txt })).toEqual([
      `/ip4/10.0.0.1/tcp/5/p2p/${PEER}`,
    ])
    expect(asked).toEqual(['_dnsaddr.a.example'])
  })

  it('that cannot be resolved are nothing, and no error', async () => {
    const lookup = () => Promise.reject(new Error('ENOTFOUND'))
    expect(await resolved('/dns4/a.example/tcp/5', { lookup })).toEqual([])
  })

  it('give a bounded number of addresses, and only addresses', async () => {
    const lookup = () => Promise.resolve(['x', ...Array.from({ length: 99 }, (_, i) => `10.0.0.${i}`)])
    expect((await resolved('/dns4/a.example/tcp/5', { lookup })).length).toBe(MAX_RESOLVED_ADDRESSES)
  })

  it('leave numbers alone', async () => {
    expect(await resolved('/ip4/10.0.0.1/tcp/5', {})).toEqual([])
  })
})
