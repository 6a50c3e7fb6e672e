import { networkInterfaces as systemInterfaces } from 'node:os'
import { expect, onTestFinished, test } from 'vitest'
import { seededRandom, silentLogger, systemClock } from '../../base/index.ts'
import type { NetworkInterface } from '../../peer-to-peer/node/index.ts'
import { FilesDoors } from './files-door.ts'
import { HttpHouse } from './http-house.ts'
import type { HttpMount } from './role.ts'
import { SpokenAddresses } from './spoken.ts'

/** Addresses of loopback that stand for a network's: every machine has them. */
function network(...addresses: string[]): NetworkInterface[] {
  const shown = addresses.map((address) => ({ address, family: 4 as const, prefix: 8, scopeId: 0 }))
  return [{ name: 'eth7', kind: 'ethernet', excluded: false, addresses: shown }]
}

/** An address of this machine that others reach, if it has one. */
const OWN_ADDRESS = Object.values(systemInterfaces())
  .flatMap((infos) => infos ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address

const house = (): HttpHouse => new HttpHouse({ clock: systemClock, log: silentLogger })
const answering =
  (word: string): HttpMount['handler'] =>
  (_request, response) =>
    void response.end(word)

function doorsAt(
  at: HttpHouse,
  interfaces: () => NetworkInterface[],
  listen?: readonly string[],
): FilesDoors {
  const doors = new FilesDoors({
    house: at,
    handler: answering('files'),
    interfaces,
    listen,
    log: silentLogger,
  })
  onTestFinished(() => doors.close())
  return doors
}

async function textAt(origin: string): Promise<string> {
  return (await fetch(origin)).text()
}

test('a door is open on every address of --listen at one port until it is closed', async () => {
  const listen = ['/ip4/127.0.0.2/tcp/0', '/ip4/127.0.0.3/tcp/0']
  const doors = doorsAt(house(), () => network('127.0.0.2', '127.0.0.3'), listen)
  const door = await doors.open(0)
  const origins = door.origins()
  expect(new Set(origins.map((origin) => new URL(origin).port)).size).toBe(1)
  expect(origins.map((origin) => new URL(origin).hostname)).toEqual(['127.0.0.2', '127.0.0.3'])
  for (const origin of origins) expect(await textAt(origin)).toBe('files')
  await door.close()
  expect(doors.origins()).toEqual([])
  for (const origin of origins) await expect(textAt(origin)).rejects.toThrow()
})

test('several users of one address and port share its server, which ends with the last of them', async () => {
  const at = house()
  const server = await at.open(['127.0.0.2'], 0, [{ prefix: '/routing/', handler: answering('tracker') }])
  const doors = doorsAt(at, () => network('127.0.0.2'), ['/ip4/127.0.0.2/tcp/0'])
  const door = await doors.open(server.port)
  const origin = `http://127.0.0.2:${server.port}`
  expect(await textAt(`${origin}/`)).toBe('files')
  expect(await textAt(`${origin}/routing/x`)).toBe('tracker')
  await door.close()
  expect((await fetch(`${origin}/`)).status).toBe(404)
  expect(await textAt(`${origin}/routing/x`)).toBe('tracker')
  await server.close()
  await expect(textAt(origin)).rejects.toThrow()
})

test.skipIf(OWN_ADDRESS === undefined)(
  'follows the network at the port it has, and tells its listeners',
  async () => {
    let interfaces = network('127.0.0.1')
    const doors = doorsAt(house(), () => interfaces)
    const door = await doors.open(0)
    const { port } = new URL(door.origins()[0]!)
    expect(door.origins()).toEqual([`http://127.0.0.1:${port}`])
    let changes = 0
    doors.events.on('changed', () => changes++)
    interfaces = network(OWN_ADDRESS!)
    await doors.addressesChanged()
    expect(changes).toBe(1)
    expect(door.origins()).toEqual([`http://${OWN_ADDRESS}:${port}`])
    expect(await textAt(door.origins()[0]!)).toBe('files')
    await expect(textAt(`http://127.0.0.1:${port}`)).rejects.toThrow()
  },
)

test('keeps what it has when the new addresses cannot be had', async () => {
  let interfaces = network('127.0.0.1')
  const doors = doorsAt(house(), () => interfaces)
  const door = await doors.open(0)
  interfaces = network('192.0.2.77')
  await doors.addressesChanged()
  expect(await textAt(door.origins()[0]!)).toBe('files')
})

test('a port that is taken on one address is no port for a new door', async () => {
  const other = await house().open(['127.0.0.3'], 0, [])
  onTestFinished(() => other.close())
  const doors = doorsAt(house(), () => [], ['/ip4/127.0.0.2/tcp/0', '/ip4/127.0.0.3/tcp/0'])
  await expect(doors.open(other.port)).rejects.toMatchObject({ code: 'port-taken' })
  expect(doors.origins()).toEqual([])
  await expect(textAt(`http://127.0.0.2:${other.port}`)).rejects.toThrow()
})

test('a spoken address exists once it was asked for, stays the same, and is nobody else’s', () => {
  const spoken = new SpokenAddresses(seededRandom(1))
  expect(spoken.find('a')).toBeUndefined()
  const codes = Array.from({ length: 500 }, (_, i) => spoken.of(`share ${i}`))
  expect(new Set(codes).size).toBe(500)
  expect(codes.every((code) => /^[a-z]{6}$/.test(code))).toBe(true)
  expect(spoken.of('share 7')).toBe(codes[7])
  expect(spoken.find('share 7')).toBe(codes[7])
})
