import { expect, onTestFinished, test } from 'vitest'
import { Name, parseType, question } from '../../client-server/dns/wire/index.ts'
import { formatRecord } from '../../client-server/dns/zone/index.ts'
import type { Core } from '../core.ts'
import { createTestnet, type Testnet } from '../testnet.ts'

async function network(...names: string[]): Promise<Testnet> {
  const net = await createTestnet(0)
  onTestFinished(() => net.stop())
  for (const name of names) await net.add({ name })
  const [first, ...others] = net.laptops
  const address = first!.core.network().addresses[0]!
  for (const { core } of others) await core.connect(address)
  return net
}

async function ask(
  { names }: Core,
  text: string,
  type: string,
): Promise<{ lines: string[]; zones: string[] }> {
  const { outcome, steps } = await names.resolve(question(Name.parse(text), parseType(type)!))
  const lines = outcome.is === 'records' ? outcome.records.map(formatRecord) : [outcome.is]
  return { lines, zones: steps.map(({ zone }) => zone.toString()) }
}

test('a laptop that serves names answers for its own, and others find it through shoal.internal', async () => {
  const [alice, bob] = (await network('Alice', '민수의 노트북')).laptops
  await bob!.core.servers.start({ roles: ['dns'], ports: { dns: 0 } })
  const label = 'xn----377e82ysqb11kowiqwu'
  const name = `_shoal._tcp.${label}.shoal.internal`
  const peer = bob!.core.network().peerId
  // Once the card of the other has come, and what was not known before is forgotten.
  const asked = async (): Promise<unknown> => {
    alice!.core.names.clearCache()
    return (await ask(alice!.core, name, 'TXT')).zones.at(-1)
  }
  await expect.poll(asked).toBe(`${label}.shoal.internal.`)
  const { lines } = await ask(alice!.core, name, 'TXT')
  expect(lines).toEqual([expect.stringContaining(`"peer=${peer}"`)])
  // Bob knows himself by the same name.
  expect((await ask(bob!.core, name, 'TXT')).lines).toEqual(
    lines.map((line) => line.replace(/ \d+ IN/, ' 30 IN')),
  )
})

test('a laptop without a server of names is spoken for, and gone with it', async () => {
  const net = await network('alice', 'bob')
  const [alice, bob] = net.laptops
  const asked = async (): Promise<string> => {
    alice!.core.names.clearCache()
    return (await ask(alice!.core, 'bob.shoal.internal', 'A')).lines[0]!
  }
  await expect.poll(asked).toMatch(/^bob\.shoal\.internal\. 30 IN A /)
  await bob!.core.stop()
  await expect.poll(asked).toBe('no-name')
})

test('another name of this laptop is another name in the tree', async () => {
  const [alice] = (await network('alice')).laptops
  const { core } = alice!
  expect((await ask(core, 'alice.shoal.internal', 'A')).lines[0]).toContain(' A ')
  await core.updateSettings({ name: 'Ann' })
  await expect
    .poll(async () => {
      core.names.clearCache()
      return (await ask(core, 'ann.shoal.internal', 'A')).lines[0]
    })
    .toContain(' A ')
  expect((await ask(core, 'alice.shoal.internal', 'A')).lines).toEqual(['no-name'])
  await expect(core.names.putZone(Name.parse('x.shoal.internal'), '$TTL 1')).rejects.toMatchObject({
    code: 'bad-zone',
  })
})

test('typed names of laptops are dialled, and tell their own port', async () => {
  const net = await network('alice', 'bob', 'carol')
  const [alice, bob] = net.laptops
  const dialled = (): Promise<string | undefined> =>
    bob!.core.connect('alice.shoal.internal').catch(() => undefined)
  await expect.poll(dialled).toBe(alice!.core.network().peerId)
  await expect(bob!.core.connect('nobody.shoal.internal')).rejects.toMatchObject({ name: 'ShoalError' })
})

test('a laptop that shows itself puts its name among peers, and one that hides does not', async () => {
  const net = await createTestnet(0, { core: { dht: true } })
  onTestFinished(() => net.stop())
  for (const name of ['alice', 'bob', 'carol']) await net.add({ name })
  const [alice, bob, carol] = net.laptops.map(({ core }) => core) as [Core, Core, Core]
  await carol.updateSettings({ visible: false })
  for (const core of [bob, carol]) await core.connect(alice.network().addresses[0]!)
  // It does so by itself too, when all have met for a while.
  await expect.poll(async () => (await alice.peerNames!.publish()).is).toBe('put')
  const { record } = await bob.peerNames!.find('alice')
  expect(record?.owner).toBe(alice.network().peerId)
  expect((await carol.peerNames!.publish()).is).toBe('alone')
})
