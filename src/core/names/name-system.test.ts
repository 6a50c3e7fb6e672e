import { createServer } from 'node:http'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isShoalError, silentLogger, systemClock, systemRandom, VirtualClock } from '../../base/index.ts'
import { DnsListener } from '../../client-server/dns/listener/index.ts'
import { createExchange, type ServerAddress } from '../../client-server/dns/resolver/index.ts'
import {
  answerTo,
  decodeMessage,
  encodeMessage,
  Name,
  question,
  TYPE,
} from '../../client-server/dns/wire/index.ts'
import { MAX_RECENT } from './limits.ts'
import { NameSystem, type NameSystemInit } from './name-system.ts'
import { fetchPage } from './page.ts'
import { cacheLineView, namesView, resolutionView } from './view.ts'
import { problemsOf } from './zone-files.ts'

let home = ''
const cleanups: (() => unknown)[] = []
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'shoal-names-'))
})
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
  await rm(home, { recursive: true, force: true })
})

const SHOP = Name.parse('shop.test.')

/** On ports of its own, so that it does not matter who else runs here. */
function names(init: Partial<NameSystemInit> = {}): NameSystem {
  const system = new NameSystem({
    home,
    clock: systemClock,
    random: systemRandom,
    log: silentLogger,
    asksOthers: () => false,
    tree: { layout: 'ports', wellKnownPorts: false },
    ...init,
  })
  cleanups.push(() => system.stop())
  return system
}

async function find(system: NameSystem, name: string, type: number = TYPE.A) {
  return resolutionView(await system.resolve(question(Name.parse(name), type)), 0)
}

describe('NameSystem', () => {
  it('starts with the first question and walks from the root to the owner, then remembers', async () => {
    const system = names()
    expect(namesView(system)).toMatchObject({ running: false, tree: [], recent: [] })
    const cold = await find(system, 'www.example.com.')
    expect(cold.steps.map(({ role, zone }) => `${role} ${zone}`)).toEqual([
      'root .',
      'tld com.',
      'authoritative example.com.',
    ])
    expect(cold.steps.every(({ cached, rcode }) => !cached && rcode === 'NOERROR')).toBe(true)
    const warm = await find(system, 'www.example.com.')
    expect(warm.answers).toEqual(cold.answers)
    expect(warm.steps).toMatchObject([{ role: 'cache', cached: true, server: '127.0.0.1' }])
    const view = namesView(system)
    expect(view.running).toBe(true)
    expect(view.recent.map(({ cached }) => cached)).toEqual([true, false])
    expect(view.zones.find(({ origin }) => origin === 'example.com.')?.kind).toBe('example')
    expect(view.zones.find(({ origin }) => origin === 'com.')?.kind).toBe('fixed')
    expect(system.cacheLines().map(cacheLineView)).toMatchObject([
      { name: 'www.example.com.', type: 'A', is: 'records' },
    ])
    system.clearCache()
    expect((await find(system, 'www.example.com.')).cached).toBe(false)
  })

  it('leads to the page behind a name, at the port its owner tells', async () => {
    const page = await fetchPage(names(), Name.parse('www.example.com.'))
    expect(page).toMatchObject({ status: 200, address: '127.0.0.1' })
    expect(page.url).toBe(`http://www.example.com:${page.port}/`)
    expect(page.bytes).toBeGreaterThan(100)
    await expect(fetchPage(names(), Name.parse('none.example.com.'))).rejects.toSatisfy((error) =>
      isShoalError(error, 'name-not-found'),
    )
  })

  it('reads no more of a page than it shows, and tells when nobody is there', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200)
      const timer = setInterval(() => response.write('x'.repeat(20_000)), 1)
      response.on('close', () => clearInterval(timer))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    cleanups.push(
      () => server.closeAllConnections(),
      () => server.close(),
    )
    const { port } = server.address() as AddressInfo
    const system = names()
    const zone = (at: number): string => `big 60 A 127.0.0.1\n_http._tcp.big 60 SRV 0 0 ${at} big\n`
    await system.putZone(SHOP, zone(port))
    expect((await fetchPage(system, Name.parse('big.shop.test.'))).bytes).toBe(65_536)
    await system.putZone(SHOP, zone(1))
    await expect(fetchPage(system, Name.parse('big.shop.test.'))).rejects.toSatisfy((error) =>
      isShoalError(error, 'server-unreachable'),
    )
  })

  it('answers others where it is told to listen', async () => {
    const system = names()
    const listener = await system.listen('127.0.0.1', 0)
    const at = { address: '127.0.0.1', port: listener.port }
    expect(namesView(system).listening).toEqual([at])
    const exchange = createExchange()
    const asked = question(Name.parse('www.example.net.'), TYPE.A)
    const { message } = await exchange(at, asked, { timeoutMs: 20_000, recursive: true })
    expect(message.answers[0]!.data).toMatchObject({ kind: 'A' })
    expect((await find(system, 'www.example.net.')).steps[0]).toMatchObject({ cached: true })
    await system.closeListener(listener)
    expect(namesView(system).listening).toEqual([])
  })

  it('takes a new zone at once, forgets what it knew, and has it again after a restart', async () => {
    const first = names()
    expect((await find(first, 'www.shop.test.')).rcode).toBe('NXDOMAIN')
    const text = '; ours\nwww 60 IN A 192.0.2.7\n'
    await first.putZone(SHOP, text)
    expect((await find(first, 'www.shop.test.')).answers[0]!.data).toBe('192.0.2.7')
    await first.stop()
    const second = names()
    expect((await find(second, 'www.shop.test.')).answers[0]!.data).toBe('192.0.2.7')
    expect(await second.zoneText(SHOP)).toBe(text)
    expect(namesView(second).zones.find(({ origin }) => origin === 'shop.test.')?.kind).toBe('added')
    await second.removeZone(SHOP)
    expect((await find(second, 'www.shop.test.')).rcode).toBe('NXDOMAIN')
    expect(await readdir(join(home, 'zones'))).toEqual([])
  })

  it('lets a person change an example, and brings it back', async () => {
    const system = names()
    const example = Name.parse('example.org.')
    expect(await system.zoneText(example)).toContain('$ORIGIN example.org.')
    await system.putZone(example, 'www 60 A 192.0.2.9')
    expect((await find(system, 'www.example.org.')).answers[0]!.data).toBe('192.0.2.9')
    await system.removeZone(example)
    expect((await find(system, 'www.example.org.')).answers[0]!.data).toBe('127.0.0.1')
  })

  it('refuses a zone that is wrong, and nothing has changed then', async () => {
    const system = names()
    await system.putZone(SHOP, 'www 60 A 192.0.2.7')
    for (const bad of [
      'www 60 A 300.0.0.1',
      'www 60 CNAME x\nwww 60 A 192.0.2.1',
      'www.example.com. 60 A 192.0.2.1',
    ])
      await expect(system.putZone(SHOP, bad), bad).rejects.toSatisfy((e) => isShoalError(e, 'bad-zone'))
    for (const fixed of ['.', 'com.', 'internal.', 'shoal.internal.'])
      await expect(system.putZone(Name.parse(fixed), '')).rejects.toSatisfy((e) =>
        isShoalError(e, 'bad-zone'),
      )
    await expect(system.removeZone(Name.parse('never.test.'))).rejects.toSatisfy((e) =>
      isShoalError(e, 'not-found'),
    )
    await expect(system.zoneText(Name.parse('never.test.'))).rejects.toSatisfy((e) =>
      isShoalError(e, 'not-found'),
    )
    expect((await find(system, 'www.shop.test.')).answers[0]!.data).toBe('192.0.2.7')
    expect(problemsOf(SHOP, 'a 60 A 1.2.3\nb 60 A 1.2.3.4\nc 60 MX x')).toMatchObject([
      { line: 1 },
      { line: 3 },
    ])
    expect(problemsOf(SHOP, 'b 60 A 1.2.3.4')).toEqual([])
  })

  it('starts in spite of a zone file that cannot be served, and leaves it where it is', async () => {
    await mkdir(join(home, 'zones'))
    await writeFile(join(home, 'zones', 'zone-bad.test..zone'), 'www 60 A nowhere')
    await writeFile(join(home, 'zones', 'zone-%zz.zone'), '')
    await writeFile(join(home, 'zones', 'zone-good.test..zone'), 'www 60 A 192.0.2.3')
    const system = names()
    expect((await find(system, 'www.good.test.')).rcode).toBe('NOERROR')
    expect((await find(system, 'www.bad.test.')).rcode).toBe('NXDOMAIN')
    expect(await readdir(join(home, 'zones'))).toHaveLength(3)
  })

  it('keeps the last questions only, and tells of many at once', async () => {
    const clock = new VirtualClock()
    const system = names({ clock })
    let told = 0
    system.events.on('changed', () => told++)
    for (let i = 0; i < MAX_RECENT + 5; i++) await find(system, 'www.example.com.')
    expect(system.recent).toHaveLength(MAX_RECENT)
    expect(told).toBe(0)
    clock.advance(1_000)
    expect(told).toBe(1)
  })

  it('cannot be used any more once it has stopped', async () => {
    const system = names()
    await find(system, 'www.example.com.')
    await system.stop()
    await expect(find(system, 'www.example.com.')).rejects.toSatisfy((e) => isShoalError(e, 'not-running'))
  })
})

describe('names outside the tree', () => {
  /** A resolver somewhere else that knows every name. */
  async function outside() {
    const asked: string[] = []
    const listener = new DnsListener({
      host: '127.0.0.1',
      port: 0,
      answer: (bytes) => {
        const query = decodeMessage(bytes)
        const { name, type } = query.questions[0]!
        asked.push(`${name.toString().toLowerCase()} ${query.recursionDesired ? 'recursive' : ''}`)
        const data = { kind: 'A', address: '198.51.100.1' } as const
        const answers = [{ name, type, class: 1, ttl: 60, data }]
        return encodeMessage(answerTo(query, { recursionAvailable: true, answers }))
      },
    })
    await listener.start()
    cleanups.push(() => listener.stop())
    const upstream: ServerAddress[] = [{ address: '127.0.0.1', port: listener.port }]
    return { asked, upstream: () => upstream }
  }

  it('are asked of the system’s resolvers only while the user allows it', async () => {
    const { asked, upstream } = await outside()
    let allowed = false
    const system = names({ asksOthers: () => allowed, upstream })
    expect((await find(system, 'www.kernel.org.')).rcode).toBe('NXDOMAIN')
    expect(asked).toEqual([])
    allowed = true
    system.clearCache()
    const found = await find(system, 'www.kernel.org.')
    expect(found.answers[0]!.data).toBe('198.51.100.1')
    expect(found.steps).toMatchObject([{ role: 'resolver', cached: false }])
    expect(asked).toEqual(['www.kernel.org. recursive'])
  })

  it('are not our own, those of private use, and those of private addresses', async () => {
    const { asked, upstream } = await outside()
    const system = names({ asksOthers: () => true, upstream })
    await system.putZone(Name.parse('mine.kernel.org.'), 'www 60 A 192.0.2.5')
    for (const name of [
      'www.example.com.',
      'alice.shoal.internal.',
      'printer.local.',
      'x.onion.',
      'localhost.',
      '1.0.168.192.in-addr.arpa.',
      'www.mine.kernel.org.',
    ])
      await find(system, name)
    expect(asked).toEqual([])
    await find(system, 'com.')
    expect(asked).toEqual(['com. recursive'])
  })
})
