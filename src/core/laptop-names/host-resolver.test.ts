import { expect, test, vi } from 'vitest'
import type { Outcome, Resolution } from '../../client-server/dns/resolver/index.ts'
import { Name, type Question } from '../../client-server/dns/wire/index.ts'
import { parseZoneText } from '../../client-server/dns/zone/index.ts'
import { hostResolver, type NamesAsked } from './host-resolver.ts'

const records = parseZoneText(
  `$TTL 30
alice.shoal.internal. A 192.0.2.1
alice.shoal.internal. AAAA 2001:db8::1
_dnsaddr.alice.shoal.internal. TXT "dnsaddr=/ip4/" "192.0.2.1/tcp/1"
www.school.org. A 192.0.2.2`,
  Name.root,
)

const server = (zone: string) => ({ zone: Name.parse(zone), name: Name.root, address: '127.0.0.1', port: 53 })

const names: NamesAsked = {
  tree: { servers: ['.', 'org.', 'example.com.', 'internal.', 'school.org.'].map(server) },
  resolve: async (asked: Question): Promise<Resolution> => {
    const found = records.filter(({ name, type }) => type === asked.type && name.equals(asked.name))
    const outcome: Outcome =
      found.length > 0
        ? { is: 'records', aliases: [], records: found }
        : { is: 'no-name', aliases: [], soa: undefined }
    return { question: asked, outcome, steps: [], cached: false, serial: 1, ms: 0 }
  },
}

const system = {
  lookup: vi.fn(async () => ['198.51.100.1']),
  txt: vi.fn(async () => ['theirs']),
}
const resolver = hostResolver(names, system)

test('laptops and zones people added are found in the tree', async () => {
  expect(await resolver.lookup('alice.shoal.internal', 0)).toEqual(['192.0.2.1', '2001:db8::1'])
  expect(await resolver.lookup('ALICE.shoal.internal.', 4)).toEqual(['192.0.2.1'])
  expect(await resolver.lookup('alice.shoal.internal', 6)).toEqual(['2001:db8::1'])
  expect(await resolver.lookup('www.school.org', 4)).toEqual(['192.0.2.2'])
  expect(await resolver.lookup('nobody.shoal.internal', 0)).toEqual([])
  expect(await resolver.txt('_dnsaddr.alice.shoal.internal')).toEqual(['dnsaddr=/ip4/192.0.2.1/tcp/1'])
  expect(system.lookup).not.toHaveBeenCalled()
})

test.each(['www.example.com', 'db.corp.internal', 'other.org', 'localhost', 'a..b'])(
  '%s is the system’s to find',
  async (host) => {
    expect(await resolver.lookup(host, 4)).toEqual(['198.51.100.1'])
    expect(await resolver.txt(host)).toEqual(['theirs'])
  },
)
