import { get } from 'node:http'
import { createServer } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { silentLogger, systemClock, systemRandom } from '../../../base/index.ts'
import { createExchange, Resolver, type Outcome, type Resolution } from '../resolver/index.ts'
import { Name, parseType, question, TYPE } from '../wire/index.ts'
import { formatRecord, parseZoneText, type Zone } from '../zone/index.ts'
import { composeTree, type ZoneContent } from './compose.ts'
import { BUILT_IN } from './textbook.ts'
import { DnsTree, isFixed, type DnsTreeInit } from './tree.ts'

const name = (text: string): Name => Name.parse(text)

const content = (origin: string, text: string): ZoneContent => ({
  origin: name(origin),
  records: parseZoneText(`$TTL 60\n${text}`, name(origin)),
})

/** Any ports: tests share the machine. */
async function grow(init: Partial<DnsTreeInit> = {}): Promise<DnsTree> {
  const tree = new DnsTree({ clock: systemClock, log: silentLogger, wellKnownPorts: false, ...init })
  onTestFinished(() => tree.stop())
  await tree.start()
  return tree
}

function resolverOf(tree: DnsTree): Resolver {
  const { name: root, address, port } = tree.root
  return new Resolver({
    exchange: createExchange({ clock: systemClock, random: systemRandom }),
    roots: [{ name: root, addresses: [{ address, port }] }],
    portOf: (zone) => tree.portOf(zone) ?? 53,
  })
}

const resolve = (tree: DnsTree, text: string, type = 'A'): Promise<Resolution> =>
  resolverOf(tree).resolve(question(name(text), parseType(type)!))

const told = (outcome: Outcome): string[] =>
  outcome.is === 'records' ? outcome.records.map(formatRecord) : [outcome.is]

describe('the tree of names', () => {
  test.each(['addresses', 'ports'] as const)(
    'with %s of their own leads from the root to a web page',
    async (layout) => {
      const tree = await grow({ layout })
      const { outcome, steps } = await resolve(tree, 'www.example.com')
      const { address, port } = tree.web!
      expect(told(outcome)).toEqual([`www.example.com. 300 IN A ${address}`])
      const asked = steps.filter(({ server }) => server).map(({ zone }) => zone.toString())
      expect([...new Set(asked)]).toEqual(['.', 'com.', 'example.com.'])
      const ports = steps.flatMap(({ server }) => server?.port ?? [])
      expect(new Set(ports).size).toBe(3)
      expect(told((await resolve(tree, '_http._tcp.www.example.com', 'SRV')).outcome)).toEqual([
        `_http._tcp.www.example.com. 300 IN SRV 0 0 ${port} www.example.com.`,
      ])
      const page = await fetch(`http://${address}:${port}/`)
      expect(page.status).toBe(200)
      expect(await page.text()).toContain('<h1>')
    },
  )

  test('has a server for each zone, the root first', async () => {
    const { servers } = await grow()
    expect(servers.map(({ zone }) => zone.toString())).toEqual([
      '.',
      'internal.',
      'shoal.internal.',
      'com.',
      'org.',
      'net.',
      'example.com.',
      'example.org.',
      'example.net.',
    ])
    expect(new Set(servers.map(({ address, port }) => `${address}:${port}`)).size).toBe(servers.length)
  })

  test('takes a zone in and lets it go while it runs', async () => {
    const tree = await grow()
    expect(told((await resolve(tree, 'www.school.org')).outcome)).toEqual(['no-name'])
    await tree.put(content('school.org', 'www A 192.0.2.9'))
    expect(told((await resolve(tree, 'www.school.org')).outcome)).toEqual([
      'www.school.org. 60 IN A 192.0.2.9',
    ])
    await tree.put(content('school.org', 'www A 192.0.2.10'))
    expect(told((await resolve(tree, 'www.school.org')).outcome)).toEqual([
      'www.school.org. 60 IN A 192.0.2.10',
    ])
    await tree.remove(name('school.org'))
    expect(told((await resolve(tree, 'www.school.org')).outcome)).toEqual(['no-name'])
    expect(tree.servers).toHaveLength(BUILT_IN.length)
  })

  test('delegates a zone within a zone that was added', async () => {
    const tree = await grow({
      contents: [content('a.school.org', '@ A 192.0.2.1'), content('school.org', '@ A 192.0.2.2')],
    })
    const { outcome, steps } = await resolve(tree, 'a.school.org')
    expect(told(outcome)).toEqual(['a.school.org. 60 IN A 192.0.2.1'])
    expect(new Set(steps.map(({ zone }) => zone.toString()))).toContain('school.org.')
  })

  test('keeps what it had when a zone is wrong', async () => {
    const tree = await grow()
    await expect(tree.put(content('example.com', 'www CNAME a\nwww A 192.0.2.1'))).rejects.toMatchObject({
      code: 'bad-zone',
    })
    expect(told((await resolve(tree, 'www.example.com')).outcome)).toHaveLength(1)
  })

  test('gives an example another content and its own again', async () => {
    const tree = await grow()
    await tree.put(content('example.com', 'www A 192.0.2.7'))
    expect(told((await resolve(tree, 'www.example.com')).outcome)).toEqual([
      'www.example.com. 60 IN A 192.0.2.7',
    ])
    await tree.remove(name('example.com'))
    expect(told((await resolve(tree, 'www.example.com')).outcome)).toEqual([
      `www.example.com. 300 IN A ${tree.web!.address}`,
    ])
  })

  test('stops, and starts again', async () => {
    const tree = await grow()
    await tree.stop()
    expect(tree.servers).toEqual([])
    await tree.start()
    expect(told((await resolve(tree, 'www.example.net')).outcome)).toHaveLength(1)
  })

  test('stands beside another on the same machine', async () => {
    const trees = [await grow({ wellKnownPorts: true }), await grow({ wellKnownPorts: true })]
    for (const tree of trees) expect(told((await resolve(tree, 'www.example.com')).outcome)).toHaveLength(1)
  })

  test('falls back when one port is taken, leaving nothing half open', async () => {
    const first = await grow()
    const { address } = first.servers[8]!
    const taken = createServer()
    onTestFinished(() => void taken.close())
    // When it cannot be had, somebody else has taken it, or this user may not: the same to the tree.
    const settled = new Promise((resolve) => taken.once('listening', resolve).once('error', resolve))
    taken.listen(53, address)
    await settled
    const tree = await grow({ wellKnownPorts: true })
    expect(told((await resolve(tree, 'www.example.net')).outcome)).toHaveLength(1)
  })
})

describe('the zones of a tree', () => {
  const compose = (contents: ZoneContent[]): Map<string, Zone> =>
    new Map(
      composeTree(contents, (origin) => `127.0.0.${origin.labels.length + 1}`, 7).map((zone) => [
        zone.origin.toString(),
        zone,
      ]),
    )

  test('get a start of authority and a name server, and are delegated from the closest above', () => {
    const zones = compose([
      { origin: Name.root, records: [] },
      { origin: name('com'), records: [] },
      { origin: name('a.b.com'), records: [] },
    ])
    expect(zones.get('.')!.records.map(formatRecord)).toEqual([
      '. 300 IN SOA ns. hostmaster. 7 3600 600 86400 10',
      '. 300 IN NS ns.',
      'ns. 300 IN A 127.0.0.1',
      'com. 300 IN NS ns.com.',
      'ns.com. 300 IN A 127.0.0.2',
    ])
    expect(zones.get('com.')!.set(name('a.b.com'), TYPE.NS)).toHaveLength(1)
  })

  test('keep the name servers a person wrote, whose addresses are the glue', () => {
    const zones = compose([
      { origin: name('com'), records: [] },
      content('x.com', '@ NS here\n@ NS there.org.\nhere A 192.0.2.3'),
    ])
    const parent = zones.get('com.')!
    expect(parent.set(name('x.com'), TYPE.NS).map(formatRecord)).toEqual([
      'x.com. 60 IN NS here.x.com.',
      'x.com. 60 IN NS there.org.',
    ])
    expect(parent.set(name('here.x.com'), TYPE.A)).toHaveLength(1)
    expect(zones.get('x.com.')!.set(name('ns.x.com'), TYPE.A)).toEqual([])
  })

  test('have our server where it is now, whatever a file says', () => {
    const zones = compose([content('com', '@ NS ns\nns A 192.0.2.1\nns AAAA 2001:db8::1\nns TXT kept')])
    expect(
      zones
        .get('com.')!
        .records.filter(({ name: owner }) => owner.equals(name('ns.com')))
        .map(formatRecord),
    ).toEqual(['ns.com. 300 IN A 127.0.0.2', 'ns.com. 60 IN TXT "kept"'])
  })

  test('say nothing of what is the zone below', () => {
    const zones = compose([
      content('com', 'www.x TXT old\n*.x A 192.0.2.1'),
      { origin: name('x.com'), records: [] },
    ])
    expect(
      zones
        .get('com.')!
        .records.map(formatRecord)
        .filter((line) => line.includes('TXT')),
    ).toEqual([])
  })
})

test('the way down to everything cannot be replaced', () => {
  expect(['.', 'internal', 'SHOAL.internal', 'com'].map((text) => isFixed(name(text)))).toEqual([
    true,
    true,
    true,
    true,
  ])
  expect(isFixed(name('example.com'))).toBe(false)
})

describe('the web site', () => {
  test('shows the host without letting it be markup, and refuses the rest', async () => {
    const { web } = await grow()
    const url = `http://${web!.address}:${web!.port}`
    const body = await new Promise<string>((resolve, reject) => {
      get(`${url}/`, { headers: { host: '<b>x</b>' } }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (piece: string) => (text += piece))
        response.on('end', () => resolve(text))
      }).on('error', reject)
    })
    expect(body).toContain('&#60;b&#62;x')
    expect(body).not.toContain('<b>')
    expect((await fetch(`${url}/`, { method: 'POST', body: 'x' })).status).toBe(405)
    expect((await fetch(`${url}/other`)).status).toBe(404)
  })
})
