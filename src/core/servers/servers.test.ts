import { createServer, type Server } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ShoalError, silentLogger, systemClock } from '../../base/index.ts'
import type { ServersView } from '../../contract/index.ts'
import type { NetworkInterface } from '../../peer-to-peer/node/index.ts'
import { HttpHouse } from './http-house.ts'
import { KeptServersFile } from './kept-servers.ts'
import { listenFrom } from './ports.ts'
import type { ServerRole, Where } from './role.ts'
import { Servers } from './servers.ts'

const LOOPBACK: NetworkInterface = {
  name: 'lo',
  kind: 'loopback',
  excluded: false,
  addresses: [{ address: '127.0.0.1', family: 4, prefix: 8, scopeId: 0 }],
}

/** An interface whose address this machine really has, and is not loopback as far as the servers know. */
function other(address: string): NetworkInterface {
  return {
    name: 'eth7',
    kind: 'ethernet',
    excluded: false,
    addresses: [{ ...LOOPBACK.addresses[0]!, address }],
  }
}

/** A role that answers with its name under its prefix. */
function webRole(name: ServerRole['name'], prefix: string): ServerRole {
  return {
    name,
    start: async () => ({
      ports: {},
      mounts: [{ prefix, handler: (_request, response) => void response.end(name) }],
      stop: async () => {},
    }),
  }
}

interface Listening extends ServerRole {
  starts: number
  stops: number
}

/** A role with a listener of its own. */
function portRole(name: ServerRole['name'], change: { fails?: boolean } = {}): Listening {
  const role: Listening = {
    name,
    starts: 0,
    stops: 0,
    async start({ hosts, listen }: Where) {
      role.starts++
      if (change.fails) throw new ShoalError('permission-denied', 'not allowed')
      const server = createServer()
      await listen('smtp', async (port) => {
        server.listen({ host: hosts[0]!, port })
        await once(server, 'listening')
      })
      const stop = async (): Promise<void> => {
        role.stops++
        server.close()
        await once(server, 'close')
      }
      return { ports: { smtp: (server.address() as AddressInfo).port }, stop }
    },
  }
  return role
}

async function make(
  roles: readonly ServerRole[],
  options: { home?: string; interfaces?: () => NetworkInterface[] } = {},
): Promise<Servers> {
  const home = options.home ?? (await temporary())
  const servers = new Servers({
    roles,
    house: new HttpHouse({ clock: systemClock, log: silentLogger }),
    kept: new KeptServersFile(home, silentLogger),
    interfaces: options.interfaces ?? (() => [LOOPBACK]),
    listen: undefined,
    log: silentLogger,
  })
  onTestFinished(() => servers.close())
  return servers
}

async function temporary(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'shoal-servers-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  return home
}

async function occupied(): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { server, port: (server.address() as AddressInfo).port }
}

function stateOf(view: ServersView, name: string): string | undefined {
  return view.roles.find((role) => role.name === name)?.state.is
}

async function textOf(servers: Servers, path: string): Promise<string> {
  const [origin] = servers.origins()
  return (await fetch(`${origin}${path}`)).text()
}

async function refuses(port: number, host = '127.0.0.1'): Promise<boolean> {
  const socket = connect(port, host)
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(false)).once('error', () => resolve(true))
    onTestFinished(() => void socket.destroy())
  })
}

test('roles that speak HTTP share one server, and the longest prefix wins', async () => {
  const servers = await make([webRole('files', '/'), webRole('tracker', '/routing/v1/')])
  const view = await servers.start({ ports: { http: 0 } })
  expect(view.roles.map(({ state }) => state.is)).toEqual(['on', 'on'])
  expect(view.origins).toEqual([`http://127.0.0.1:${view.ports.http}`])
  expect(await textOf(servers, '/')).toBe('files')
  expect(await textOf(servers, '/routing/v1/providers')).toBe('tracker')
})

test('a role is switched off alone; the others answer on', async () => {
  const servers = await make([webRole('files', '/'), webRole('tracker', '/routing/v1/')])
  const { ports } = await servers.start({ ports: { http: 0 } })
  const view = await servers.stop(['tracker'])
  expect(view.ports).toEqual(ports)
  expect(stateOf(view, 'tracker')).toBe('off')
  expect(await textOf(servers, '/routing/v1/providers')).toBe('files')
})

test('the HTTP server ends with the last role that uses it', async () => {
  const servers = await make([webRole('files', '/'), portRole('mail')])
  const { ports } = await servers.start({ ports: { http: 0, smtp: 0 } })
  const view = await servers.stop(['files'])
  expect(view.ports).toEqual({ smtp: ports.smtp })
  expect(view.hosts).toEqual(['127.0.0.1'])
  expect(await refuses(ports.http!)).toBe(true)
  expect((await servers.stop()).hosts).toEqual([])
})

test('when a role cannot start, those begun with it end too and it says why', async () => {
  const web = webRole('files', '/')
  const broken = portRole('mail', { fails: true })
  const servers = await make([web, broken])
  await expect(servers.start({ ports: { http: 0 } })).rejects.toThrow('not allowed')
  const view = servers.view()
  expect(view.roles.map(({ state }) => state.is)).toEqual(['failed', 'failed'])
  expect(view.roles[1]!.state).toMatchObject({ problem: { code: 'permission-denied' } })
  expect(view.origins).toEqual([])
  expect((await servers.start({ roles: ['files'], ports: { http: 0 } })).origins).toHaveLength(1)
})

test('a port that was asked for and is taken is an error; a default one gives way to the next', async () => {
  const { port } = await occupied()
  const servers = await make([webRole('files', '/')])
  await expect(servers.start({ ports: { http: port } })).rejects.toMatchObject({
    code: 'port-taken',
    data: { port },
  })
  const tried: number[] = []
  const found = await listenFrom('http', undefined, async (candidate) => {
    tried.push(candidate)
    if (candidate < 8423) throw Object.assign(new Error('taken'), { code: 'EADDRINUSE' })
    return candidate
  })
  expect(found).toBe(8423)
  expect(tried).toEqual([8420, 8421, 8422, 8423])
})

test('what a person kept is on again at the next start, and only that', async () => {
  const home = await temporary()
  const first = await make([webRole('files', '/'), webRole('tracker', '/routing/v1/')], { home })
  await first.start({ roles: ['tracker'], ports: { http: 0 }, keep: true })
  await first.start({ roles: ['files'] })
  await first.close()
  const second = await make([webRole('files', '/'), webRole('tracker', '/routing/v1/')], { home })
  await second.restore()
  expect(stateOf(second.view(), 'tracker')).toBe('on')
  expect(stateOf(second.view(), 'files')).toBe('off')
  await second.stop(undefined, true)
  const third = await make([webRole('tracker', '/routing/v1/')], { home })
  await third.restore()
  expect(stateOf(third.view(), 'tracker')).toBe('off')
})

test('follows the network: the addresses change, ports and roles stay', async () => {
  let address = '127.0.0.2'
  const mail = portRole('mail')
  const servers = await make([webRole('files', '/'), mail], { interfaces: () => [LOOPBACK, other(address)] })
  const seen: ServersView[] = []
  const watching = (async () => {
    for await (const view of servers.watch()) seen.push(view)
  })()
  void watching
  // The test's stand-in for a network address must not count as loopback.
  const before = await servers.start({ reach: { is: 'address', host: address }, ports: { http: 0, smtp: 0 } })
  expect(before.hosts).toEqual(['127.0.0.2'])
  address = '127.0.0.3'
  const after = await servers.start({ reach: { is: 'address', host: address } })
  expect(after.ports).toEqual(before.ports)
  expect(after.origins).toEqual([`http://127.0.0.3:${before.ports.http}`])
  expect(await refuses(before.ports.http!, '127.0.0.2')).toBe(true)
  expect(await textOf(servers, '/')).toBe('files')
  expect([mail.starts, mail.stops]).toEqual([2, 1])
})

test('who may reach it is moved with what runs, and remembered for what is switched on after a restart', async () => {
  const home = await temporary()
  const first = await make([webRole('files', '/')], { home })
  const before = await first.start({ ports: { http: 0 } })
  const reach = { is: 'address', host: '127.0.0.2' } as const
  const after = await first.setReach(reach)
  expect(after).toMatchObject({ reach, hosts: ['127.0.0.2'], ports: before.ports })
  expect(await refuses(before.ports.http!)).toBe(true)
  await expect(first.setReach({ is: 'address', host: '192.0.2.77' })).rejects.toMatchObject({
    code: 'bad-address',
  })
  expect(first.view()).toMatchObject({ reach, origins: after.origins })
  await first.stop(undefined, true)
  const second = await make([webRole('files', '/')], { home })
  await second.restore()
  expect(second.view()).toMatchObject({ reach, hosts: [] })
  expect((await second.start({ ports: { http: 0 } })).hosts).toEqual(['127.0.0.2'])
})

test('an address that is not this laptop’s is refused', async () => {
  const servers = await make([webRole('files', '/')])
  const reach = { is: 'address', host: '192.0.2.77' } as const
  await expect(servers.start({ reach, ports: { http: 0 } })).rejects.toMatchObject({ code: 'bad-address' })
  const name = { is: 'address', host: 'example' } as const
  await expect(servers.start({ reach: name })).rejects.toMatchObject({ code: 'bad-address' })
})

test('what could not be had is not asked for again', async () => {
  const { port, server } = await occupied()
  const servers = await make([webRole('files', '/')])
  await expect(servers.start({ ports: { http: port } })).rejects.toMatchObject({ code: 'port-taken' })
  server.close()
  const { ports } = await servers.start({})
  expect(ports.http).not.toBe(port)
})

test('links name the file server that others reach, and no other', async () => {
  const servers = await make([webRole('files', '/'), webRole('tracker', '/routing/v1/')])
  await servers.start({ ports: { http: 0 } })
  expect(servers.origins()).toHaveLength(1)
  expect(servers.fileOrigins()).toEqual([])
  await servers.setReach({ is: 'address', host: '127.0.0.2' })
  expect(servers.fileOrigins()).toEqual(servers.origins())
  await servers.stop(['files'])
  expect(servers.fileOrigins()).toEqual([])
})

test('others nearby are told the ports of what they can reach, and nothing of a server for this laptop', async () => {
  const servers = await make([webRole('files', '/'), portRole('mail')], {
    interfaces: () => [LOOPBACK, other('127.0.0.2')],
  })
  await servers.start({ ports: { http: 0, smtp: 0 } })
  expect(servers.forOthers()).toEqual({})
})
