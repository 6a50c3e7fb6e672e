import type { PrivateKey } from '@libp2p/interface'
import { describe, expect, onTestFinished, test } from 'vitest'
import { seededRandom, silentLogger, systemClock, VirtualClock } from '../../base/index.ts'
import { createIdentity, createNode, dhtValues, type ShoalNode } from '../node/index.ts'
import { loopbackOnly } from '../node/testnet.ts'
import { MAX_PUT_OFF_MS, PUT_AFTER_MS } from './limits.ts'
import { NameDirectory, type DhtValues } from './name-directory.ts'
import { nameKey, signName } from './name-record.ts'
import { nameRecordRules } from './record-rules.ts'

interface Laptop {
  readonly node: ShoalNode
  readonly names: NameDirectory
  readonly clock: VirtualClock
  readonly privateKey: PrivateKey
  label: string | undefined
}

/** Laptops that all know each other; each with a clock of its own for when it puts its name. */
async function network(...labels: string[]): Promise<Laptop[]> {
  const laptops = await Promise.all(labels.map(laptop))
  for (const [i, { node }] of laptops.entries())
    for (const other of laptops.slice(i + 1)) await node.dial(other.node.addresses())
  for (const { names } of laptops) await names.start()
  await expect
    .poll(() => laptops.every(({ node }) => dhtValues(node).tableSize() === laptops.length - 1))
    .toBe(true)
  return laptops
}

async function laptop(label: string): Promise<Laptop> {
  const rules = nameRecordRules()
  const identity = await createIdentity()
  const node = await createNode({
    identity,
    listen: { addresses: ['/ip4/127.0.0.1/tcp/0'] },
    readInterfaces: loopbackOnly,
    clock: systemClock,
    records: rules,
  })
  onTestFinished(() => node.stop())
  const clock = new VirtualClock(0, Date.now())
  const self: Laptop = {
    node,
    clock,
    label,
    privateKey: identity.privateKey,
    names: new NameDirectory({
      dht: dhtValues(node),
      rules,
      privateKey: identity.privateKey,
      self: () => ({ label: self.label, addresses: node.addresses().map(String) }),
      clock,
      random: seededRandom(1),
      log: silentLogger,
    }),
  }
  onTestFinished(() => self.names.stop())
  return self
}

/** A laptop that gains a neighbour every second, and when it put its name. */
async function busyRoom({ isBusy = (): boolean => false } = {}) {
  const clock = new VirtualClock(0, Date.now())
  const puts: number[] = []
  let onPeer = (): void => {}
  const dht: DhtValues = {
    put: async () => {
      puts.push(clock.now())
      return 1
    },
    get: async function* () {},
    tableSize: () => 1,
    onPeerAdded: (listener) => {
      onPeer = listener
      return () => {}
    },
  }
  const names = new NameDirectory({
    dht,
    rules: nameRecordRules(clock),
    privateKey: (await createIdentity()).privateKey,
    self: () => ({ label: 'alice', addresses: [] }),
    isBusy,
    clock,
    random: seededRandom(1),
    log: silentLogger,
  })
  await names.start()
  onTestFinished(() => names.stop())
  const pass = async (seconds: number): Promise<void> => {
    for (let s = 0; s < seconds; s++) {
      onPeer()
      clock.advance(1000)
      // The record is signed in turns of the event loop.
      await new Promise((done) => setImmediate(done))
    }
  }
  return { puts, pass }
}

async function put({ names, clock }: Laptop): Promise<void> {
  names.changed()
  clock.advance(1.5 * PUT_AFTER_MS)
  await expect.poll(() => names.state.is).toMatch(/^(put|failed)$/)
}

describe('names among peers', () => {
  test('are found by whoever is in the DHT, signed by their owner, hop by hop', async () => {
    const [alice, bob, carol] = (await network('alice', 'bob', 'carol', 'dave')) as [
      Laptop,
      Laptop,
      Laptop,
      Laptop,
    ]
    await put(alice)
    expect(alice.names.state).toMatchObject({ is: 'put', label: 'alice', keepers: 3 })
    const { record, steps, messages } = await bob.names.find('alice')
    expect(record).toMatchObject({ label: 'alice', owner: alice.node.peerId.toString() })
    expect(record!.addresses).toEqual(alice.node.addresses().map(String))
    expect(messages).toBeGreaterThan(0)
    expect(steps.some(({ is, has }) => is === 'answered' && has)).toBe(true)
    expect((await carol.names.find('nobody')).record).toBeUndefined()
  })

  test('stay with who came first', async () => {
    const [alice, mallory, carol] = (await network('alice', 'alice', 'carol', 'dave', 'erin')) as [
      Laptop,
      Laptop,
      Laptop,
      ...Laptop[],
    ]
    await put(alice)
    await put(mallory)
    expect(mallory.names.state).toMatchObject({
      is: 'failed',
      why: expect.stringContaining('held by another'),
    })
    expect((await carol.names.find('alice')).record?.owner).toBe(alice.node.peerId.toString())
  })

  test('stay so even if somebody puts his own without asking', async () => {
    const [alice, mallory, carol] = (await network('alice', 'mallory', 'carol', 'dave', 'erin')) as [
      Laptop,
      Laptop,
      Laptop,
      ...Laptop[],
    ]
    await put(alice)
    const now = Date.now()
    const forged = { label: 'alice', sequence: now + 1_000, expires: now + 60_000, addresses: [] }
    const bytes = await signName(forged, mallory.privateKey)
    await dhtValues(mallory.node).put(nameKey('alice'), bytes, { signal: AbortSignal.timeout(10_000) })
    expect((await carol.names.find('alice')).record?.owner).toBe(alice.node.peerId.toString())
  })

  test('wait while nobody is there or no name is known', async () => {
    const alone = await laptop('alice')
    await alone.names.start()
    alone.clock.advance(1.5 * PUT_AFTER_MS)
    await expect.poll(() => alone.names.state.is).toBe('alone')
    expect((await alone.names.find('bob')).record).toBeUndefined()
  })

  test('wait until a class has met, and are put less and less often while neighbours go on coming', async () => {
    const { puts, pass } = await busyRoom()
    await pass(600)
    expect(puts[0]).toBeGreaterThanOrEqual(PUT_AFTER_MS)
    expect(puts.length).toBeGreaterThanOrEqual(3)
    expect(puts.length).toBeLessThanOrEqual(6)
    const pauses = puts.slice(1).map((at, i) => at - puts[i]!)
    expect(pauses).toEqual(pauses.toSorted((x, y) => x - y))
  })

  test('wait while something is transferred, but not for ever', async () => {
    const { puts, pass } = await busyRoom({ isBusy: () => true })
    await pass(MAX_PUT_OFF_MS / 1000 + 60)
    expect(puts).toHaveLength(1)
    expect(puts[0]).toBeGreaterThan(MAX_PUT_OFF_MS)
  })

  test('end while they are being put', async () => {
    const [alice] = (await network('alice', 'bob')) as [Laptop]
    alice.names.changed()
    alice.clock.advance(1.5 * PUT_AFTER_MS)
    await alice.names.stop()
    expect(alice.names.state).toEqual({ is: 'off' })
    alice.names.changed()
    expect(alice.clock.pending).toBe(0)
  })
})
