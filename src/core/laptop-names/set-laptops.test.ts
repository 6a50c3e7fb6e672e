import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { silentLogger, systemClock, systemRandom } from '../../base/index.ts'
import { Authoritative, Zones } from '../../client-server/dns/authoritative/index.ts'
import { DnsListener } from '../../client-server/dns/listener/index.ts'
import { composeTree } from '../../client-server/dns/tree/index.ts'
import { Name, question, TYPE } from '../../client-server/dns/wire/index.ts'
import { formatRecord } from '../../client-server/dns/zone/index.ts'
import { NameSystem } from '../names/index.ts'
import { laptopZones, recordsOf, type LaptopFacts } from './laptop-zones.ts'

const laptop = (peerId: string, name: string, dns?: number): LaptopFacts => ({
  peerId,
  name,
  addresses: ['127.0.0.1'],
  port: 1,
  servers: { dns },
  shares: [],
})

/** A laptop's own server of its name; what it says tells which of them it is. */
async function serverOf(name: string, peerId: string): Promise<DnsListener> {
  const origin = Name.parse(`${name}.shoal.internal`)
  const content = { origin, records: recordsOf(laptop(peerId, name), origin) }
  const zones = new Zones(composeTree([content], () => '127.0.0.1', 1))
  const { answer } = new Authoritative({
    zones,
    clock: systemClock,
    log: silentLogger,
    isTrusted: () => true,
  })
  const listener = new DnsListener({ host: '127.0.0.1', port: 0, answer })
  await listener.start()
  onTestFinished(() => listener.stop())
  return listener
}

async function nameSystem(): Promise<NameSystem> {
  const home = await mkdtemp(join(tmpdir(), 'shoal-laptops-'))
  const names = new NameSystem({
    home,
    clock: systemClock,
    random: systemRandom,
    log: silentLogger,
    asksOthers: () => false,
    tree: { layout: 'ports', wellKnownPorts: false },
  })
  onTestFinished(async () => {
    await names.stop()
    await rm(home, { recursive: true, force: true })
  })
  return names
}

async function peerOf(names: NameSystem, name: string): Promise<string> {
  const asked = question(Name.parse(`_shoal._tcp.${name}.shoal.internal`), TYPE.TXT)
  const { outcome } = await names.resolve(asked)
  return outcome.is === 'records' ? outcome.records.map(formatRecord).join() : outcome.is
}

function tell(names: NameSystem, ...others: LaptopFacts[]): Promise<void> {
  const { everybody, own, ports, told } = laptopZones(laptop('A', 'alice'), others)
  return names.setLaptops([everybody, own], ports, told)
}

test('a laptop that was asked for a moment too early is found as soon as it is there', async () => {
  const names = await nameSystem()
  await tell(names)
  expect(await peerOf(names, 'bob')).toBe('no-name')
  await tell(names, laptop('B', 'bob'))
  expect(await peerOf(names, 'bob')).toContain('peer=B')
  await tell(names)
  expect(await peerOf(names, 'bob')).toBe('no-name')
})

test('a server of names that moved to another port is asked there', async () => {
  const names = await nameSystem()
  const [before, after] = [await serverOf('bob', 'before'), await serverOf('bob', 'after')]
  await tell(names, laptop('B', 'bob', before.port))
  expect(await peerOf(names, 'bob')).toContain('peer=before')
  await tell(names, laptop('B', 'bob', after.port))
  expect(await peerOf(names, 'bob')).toContain('peer=after')
})

test('what is told again as it was leaves the cache alone', async () => {
  const names = await nameSystem()
  await tell(names, laptop('B', 'bob'))
  await peerOf(names, 'bob')
  await tell(names, laptop('B', 'bob'))
  const { cached } = await names.resolve(question(Name.parse('_shoal._tcp.bob.shoal.internal'), TYPE.TXT))
  expect(cached).toBe(true)
})
