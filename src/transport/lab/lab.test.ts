import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { afterEach, describe, expect, it } from 'vitest'
import { isShoalError } from '../../base/index.ts'
import { readProcessSockets } from '../sockets/index.ts'
import type { Lab, LabView } from './lab.ts'
import { MAX_DESCRIPTORS, MAX_ENDS, MAX_LAB_BYTES, MAX_STEPS, MAX_WRITE_BYTES } from './limits.ts'
import {
  blocked,
  createTestLab,
  DATAGRAM,
  done,
  listening,
  LOOPBACK,
  settle,
  STREAM,
  text,
  when,
} from './test-lab.ts'

const labs: Lab[] = []
afterEach(async () => {
  await Promise.all(labs.splice(0).map((lab) => lab.close()))
})

function createLab(...options: Parameters<typeof createTestLab>): Lab {
  const lab = createTestLab(...options)
  labs.push(lab)
  return lab
}

/** `owner state`, of every line the system has of this lab, in order. */
function states(view: LabView): string[] {
  return view.table.rows
    .map(({ owner, state }) => `${owner.is === 'descriptor' ? owner.end : owner.is} ${state}`)
    .toSorted()
}

const has =
  (...wanted: string[]) =>
  (view: LabView): boolean =>
    wanted.every((each) => states(view).includes(each))

describe('a conversation over TCP', () => {
  it('goes call by call, and the system tells the state of both ends all along', async () => {
    const lab = createLab()
    const server = await listening(lab)
    await when(lab, (view) => states(view).join() === 'server LISTEN')
    const accepted = await blocked(lab, 'server', { call: 'accept', sockfd: server.sockfd })
    const { value: client } = await done(lab, 'client', STREAM)
    expect(lab.view().ends[1]!.descriptors).toMatchObject([{ sockfd: client, local: null, remote: null }])
    await done(lab, 'client', { call: 'connect', sockfd: client, address: LOOPBACK, port: server.port })
    const taken = await accepted()
    const clientPort = lab.view().ends[1]!.descriptors[0]!.local!.port
    expect(taken).toMatchObject({ is: 'done', result: { peer: { address: LOOPBACK, port: clientPort } } })
    const connection = (taken as { result: { value: number } }).result.value
    expect(connection).not.toBe(server.sockfd)
    await when(lab, has('client ESTABLISHED', 'server ESTABLISHED', 'server LISTEN'))

    const reading = await blocked(lab, 'server', { call: 'read', sockfd: connection, length: 100 })
    await done(lab, 'client', { call: 'write', sockfd: client, data: text('안녕') })
    expect(await reading()).toMatchObject({ result: { value: 6, received: { bytes: 6, text: '안녕' } } })
    await done(lab, 'server', { call: 'write', sockfd: connection, data: text('안녕') })
    expect(await done(lab, 'client', { call: 'read', sockfd: client, length: 3 })).toMatchObject({
      received: { text: '안' },
    })
    expect(await done(lab, 'client', { call: 'read', sockfd: client, length: 100 })).toMatchObject({
      received: { text: '녕' },
    })

    await done(lab, 'client', { call: 'shutdown', sockfd: client, how: 'SHUT_WR' })
    await when(lab, has('client FIN-WAIT-2', 'server CLOSE-WAIT'))
    expect(await done(lab, 'server', { call: 'read', sockfd: connection, length: 10 })).toMatchObject({
      value: 0,
    })
    await done(lab, 'server', { call: 'close', sockfd: connection })
    await when(lab, has('client TIME-WAIT', 'server LISTEN'))
    await done(lab, 'client', { call: 'close', sockfd: client })
    await done(lab, 'server', { call: 'close', sockfd: server.sockfd })
    await when(lab, (view) => states(view).join() === 'kernel TIME-WAIT')
  })

  it('is opened by the kernel in `connect`: `accept` only takes it from the queue', async () => {
    const lab = createLab()
    const { sockfd, port } = await listening(lab)
    const { value: client } = await done(lab, 'client', STREAM)
    await done(lab, 'client', { call: 'connect', sockfd: client, address: LOOPBACK, port })
    await when(lab, has('client ESTABLISHED', 'queue ESTABLISHED'))
    // How many connections wait: the receive queue of the socket that listens.
    await when(lab, ({ table }) =>
      table.rows.some(({ state, receiveQueue }) => state === 'LISTEN' && receiveQueue === 1),
    )
    await done(lab, 'server', { call: 'accept', sockfd })
    await when(lab, has('client ESTABLISHED', 'server ESTABLISHED'))
    expect(states(lab.view())).not.toContain('queue ESTABLISHED')
  })

  // How a full queue is treated differs: Linux lets the SYN wait, others refuse it.
  it.runIf(process.platform === 'linux')('waits in SYN-SENT while the backlog is full', async () => {
    const lab = createLab()
    const { port } = await listening(lab, 0)
    const { value: first } = await done(lab, 'client', STREAM)
    await done(lab, 'client', { call: 'connect', sockfd: first, address: LOOPBACK, port })
    const { value: second } = await done(lab, 'client', STREAM)
    const connecting = await blocked(lab, 'client', {
      call: 'connect',
      sockfd: second,
      address: LOOPBACK,
      port,
    })
    await when(lab, has('client SYN-SENT'))
    lab.interrupt('client')
    expect(await connecting()).toEqual({ is: 'interrupted' })
  })

  it('blocks in `write` once the buffers of both ends are full, and is told when the reader is gone', async () => {
    const lab = createLab()
    const { sockfd, port } = await listening(lab)
    const { value: client } = await done(lab, 'client', STREAM)
    await done(lab, 'client', { call: 'connect', sockfd: client, address: LOOPBACK, port })
    const { value: connection } = await done(lab, 'server', { call: 'accept', sockfd })
    const filler = { is: 'filler', bytes: MAX_WRITE_BYTES } as const
    const writing = await blocked(lab, 'client', { call: 'write', sockfd: client, data: filler })
    let read = 0
    for (let i = 0; i < 10; i++)
      read += (await done(lab, 'server', { call: 'read', sockfd: connection, length: 65_536 })).value
    await done(lab, 'server', { call: 'close', sockfd: connection })
    // Closed with bytes unread: the kernel resets the connection, and the writer is told.
    expect(await writing()).toMatchObject({
      is: 'failed',
      errno: expect.stringMatching(/^E(CONNRESET|PIPE)$/),
    })
    expect(read).toBeGreaterThan(100_000)
  })
})

describe('a conversation over UDP', () => {
  it('needs no connection, and no bind at the client: the kernel chooses a port when it sends', async () => {
    const lab = createLab()
    const { value: server } = await done(lab, 'server', DATAGRAM)
    await done(lab, 'server', { call: 'bind', sockfd: server, address: LOOPBACK, port: 0 })
    const { port } = lab.view().ends[0]!.descriptors[0]!.local!
    const receiving = await blocked(lab, 'server', { call: 'recvfrom', sockfd: server, length: 4 })
    const { value: client } = await done(lab, 'client', DATAGRAM)
    await done(lab, 'client', {
      call: 'sendto',
      sockfd: client,
      data: text('question'),
      address: LOOPBACK,
      port,
    })
    const local = lab.view().ends[1]!.descriptors[0]!.local!
    expect(local.address).toBe('0.0.0.0')
    // Cut to the room there was; the rest of a datagram is gone.
    expect(await receiving()).toMatchObject({
      result: { value: 4, peer: { address: LOOPBACK, port: local.port }, received: { text: 'ques' } },
    })
    await done(lab, 'server', {
      call: 'sendto',
      sockfd: server,
      data: text(''),
      address: LOOPBACK,
      port: local.port,
    })
    expect(await done(lab, 'client', { call: 'recvfrom', sockfd: client, length: 10 })).toMatchObject({
      value: 0,
    })
    await when(lab, has('client UNCONNECTED', 'server UNCONNECTED'))
  })

  it('says EMSGSIZE for more than a datagram holds, and ECONNREFUSED when nobody is there', async () => {
    const lab = createLab()
    const { value: sockfd } = await done(lab, 'client', DATAGRAM)
    const filler = { is: 'filler', bytes: 65_508 } as const
    const to = { address: LOOPBACK, port: 9 }
    const big = await settle(lab, 'client', { call: 'sendto', sockfd, data: filler, ...to })
    expect(big).toEqual({ is: 'failed', errno: 'EMSGSIZE' })
    // Only a connected UDP socket is told of ICMP's "port unreachable".
    await done(lab, 'client', { call: 'connect', sockfd, ...to })
    await done(lab, 'client', { call: 'write', sockfd, data: text('anybody?') })
    expect(await settle(lab, 'client', { call: 'read', sockfd, length: 10 })).toEqual({
      is: 'failed',
      errno: 'ECONNREFUSED',
    })
  })
})

describe('errors of the kernel', () => {
  it('EADDRINUSE: a port has one server', async () => {
    const lab = createLab()
    const { port } = await listening(lab)
    const { value: sockfd } = await done(lab, 'client', STREAM)
    const state = await settle(lab, 'client', { call: 'bind', sockfd, address: LOOPBACK, port })
    expect(state).toEqual({ is: 'failed', errno: 'EADDRINUSE' })
  })

  it('ECONNREFUSED, ENOTCONN, EINVAL: nobody listens, nothing is connected, nothing is listened to', async () => {
    const lab = createLab()
    const { sockfd, port } = await listening(lab)
    await done(lab, 'server', { call: 'close', sockfd })
    const { value: client } = await done(lab, 'client', STREAM)
    const to = { address: LOOPBACK, port }
    expect(await settle(lab, 'client', { call: 'connect', sockfd: client, ...to })).toMatchObject({
      errno: 'ECONNREFUSED',
    })
    const { value: other } = await done(lab, 'client', STREAM)
    expect(await settle(lab, 'client', { call: 'read', sockfd: other, length: 1 })).toMatchObject({
      errno: 'ENOTCONN',
    })
    expect(await settle(lab, 'client', { call: 'accept', sockfd: other })).toMatchObject({ errno: 'EINVAL' })
  })
})

describe('what the lab refuses', () => {
  const refused = (why: string): object => ({ is: 'refused', why })

  it('other addresses than loopback, unless asked', async () => {
    const lab = createLab()
    const { value: sockfd } = await done(lab, 'server', STREAM)
    for (const address of ['0.0.0.0', '192.0.2.1', '10.0.0.1'])
      expect(await settle(lab, 'server', { call: 'bind', sockfd, address, port: 0 })).toEqual(
        refused('loopback-only'),
      )
    const to = { address: '192.0.2.1', port: 80 }
    expect(await settle(lab, 'server', { call: 'connect', sockfd, ...to })).toEqual(refused('loopback-only'))
    const open = createLab('network')
    const { value: asked } = await done(open, 'server', STREAM)
    await done(open, 'server', { call: 'bind', sockfd: asked, address: '0.0.0.0', port: 0 })
  })

  it('broadcast, groups, and the ports 7, 19 and 53, asked or not', async () => {
    const lab = createLab('network', ['192.168.7.255'])
    const { value: sockfd } = await done(lab, 'client', DATAGRAM)
    const sendto = (address: string, port: number): Promise<unknown> =>
      settle(lab, 'client', { call: 'sendto', sockfd, data: text('x'), address, port })
    for (const address of ['255.255.255.255', '192.168.7.255', '224.0.0.1', '127.255.255.255'])
      expect(await sendto(address, 6000)).toEqual(refused('broadcast'))
    for (const port of [7, 19, 53]) expect(await sendto(LOOPBACK, port)).toEqual(refused('forbidden-port'))
  })

  it('addresses that are none, and of the other family', async () => {
    const lab = createLab()
    const { value: sockfd } = await done(lab, 'server', { ...STREAM, domain: 'PF_INET6' })
    const bind = (address: string): Promise<unknown> =>
      settle(lab, 'server', { call: 'bind', sockfd, address, port: 0 })
    expect(await bind('localhost')).toEqual(refused('bad-address'))
    expect(await bind('127.0.0.1')).toEqual(refused('family-mismatch'))
    await done(lab, 'server', { call: 'bind', sockfd, address: '::1', port: 0 })
  })

  it('descriptors it did not make: those are the process’s own', async () => {
    const lab = createLab()
    await done(lab, 'server', STREAM)
    for (const sockfd of [0, 1, 2, 3, 999])
      expect(await settle(lab, 'server', { call: 'close', sockfd })).toEqual(refused('unknown-descriptor'))
    await done(lab, 'server', STREAM)
  })

  it('a second call while the process waits in one', async () => {
    const lab = createLab()
    const { sockfd } = await listening(lab)
    const accepting = await blocked(lab, 'server', { call: 'accept', sockfd })
    expect(await settle(lab, 'server', STREAM)).toEqual(refused('process-blocked'))
    lab.interrupt('server')
    expect(await accepting()).toEqual({ is: 'interrupted' })
    await done(lab, 'server', STREAM)
  })

  it('more sockets, bytes, calls and processes than it has room for', async () => {
    const lab = createLab()
    for (let i = 0; i < MAX_DESCRIPTORS; i++) await done(lab, 'server', DATAGRAM)
    expect(await settle(lab, 'server', DATAGRAM)).toEqual(refused('too-many-sockets'))

    const { value: sockfd } = await done(lab, 'client', DATAGRAM)
    const data = { is: 'filler', bytes: MAX_WRITE_BYTES } as const
    const sendto = { call: 'sendto', sockfd, data, address: LOOPBACK, port: 6000 } as const
    for (let i = 0; i < MAX_LAB_BYTES / MAX_WRITE_BYTES; i++)
      expect(await settle(lab, 'client', sendto)).toMatchObject({ is: 'failed' })
    expect(await settle(lab, 'client', sendto)).toEqual(refused('too-many-bytes'))

    for (let i = lab.view().ends[1]!.steps.length; i < MAX_STEPS; i++) lab.call('client', DATAGRAM)
    await when(lab, ({ ends }) => ends[1]!.steps.at(-1)!.state.is !== 'running')
    lab.call('client', DATAGRAM)
    expect(lab.view().ends[1]!.steps).toHaveLength(MAX_STEPS)

    for (let i = 2; i < MAX_ENDS; i++) expect(lab.addEnd('client')).toBe(`client-${i}`)
    expect(() => lab.addEnd('client')).toThrow(/at most/)
    expect(() => lab.call('client-9', STREAM)).toThrow(expect.toSatisfy((e) => isShoalError(e, 'not-found')))
  })

  it.runIf(externalAddress())(
    'datagrams from another address than loopback, where it was not asked to take them',
    async () => {
      const lab = createLab()
      const { value: sockfd } = await done(lab, 'client', DATAGRAM)
      const to = { address: LOOPBACK, port: 6000 }
      // The kernel binds it to every address, the laptop's own on the network included.
      await done(lab, 'client', { call: 'sendto', sockfd, data: text('x'), ...to })
      const { port } = lab.view().ends[1]!.descriptors[0]!.local!
      const receiving = await blocked(lab, 'client', { call: 'recvfrom', sockfd, length: 10 })
      const [stranger, neighbour] = [createSocket('udp4'), createSocket('udp4')]
      for (const [socket, address] of [
        [stranger, externalAddress()!],
        [neighbour, LOOPBACK],
      ] as const) {
        socket.bind(0, address)
        await once(socket, 'listening')
        await new Promise((resolve) => socket.send(address, port, address, resolve))
      }
      expect(await receiving()).toMatchObject({ result: { received: { text: LOOPBACK } } })
      stranger.close()
      neighbour.close()
    },
  )
})

describe('two laptops', () => {
  it.runIf(externalAddress())(
    'play the two ends, over an address of the network, once both were asked',
    async () => {
      const address = externalAddress()!
      const [here, there] = [createLab('network'), createLab('network')]
      const { value: sockfd } = await done(here, 'server', STREAM)
      await done(here, 'server', { call: 'bind', sockfd, address: '0.0.0.0', port: 0 })
      await done(here, 'server', { call: 'listen', sockfd, backlog: 5 })
      const { port } = here.view().ends[0]!.descriptors[0]!.local!
      const { value: client } = await done(there, 'client', STREAM)
      await done(there, 'client', { call: 'connect', sockfd: client, address, port })
      const { value: connection, peer } = await done(here, 'server', { call: 'accept', sockfd })
      expect(peer).toEqual({ address, port: there.view().ends[1]!.descriptors[0]!.local!.port })
      await done(there, 'client', { call: 'write', sockfd: client, data: text('from the other laptop') })
      expect(await done(here, 'server', { call: 'read', sockfd: connection, length: 100 })).toMatchObject({
        received: { text: 'from the other laptop' },
      })
    },
  )
})

describe('the end of a lab', () => {
  it('takes its processes and their sockets along, whatever they wait in', async () => {
    const lab = createLab()
    const { sockfd, port } = await listening(lab)
    await blocked(lab, 'server', { call: 'accept', sockfd })
    const { pid } = lab.view().ends[0]!.process as { pid: number }
    await lab.close()
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/)
    const next = createLab()
    const { value } = await done(next, 'server', STREAM)
    await done(next, 'server', { call: 'bind', sockfd: value, address: LOOPBACK, port })
  })

  it('leaves the server’s port free, though a connection was open', async () => {
    const lab = createLab()
    const { sockfd, port } = await listening(lab)
    const { value: client } = await done(lab, 'client', STREAM)
    await done(lab, 'client', { call: 'connect', sockfd: client, address: LOOPBACK, port })
    await done(lab, 'server', { call: 'accept', sockfd })
    await lab.close()
    const next = createLab()
    const { value } = await done(next, 'server', STREAM)
    await done(next, 'server', { call: 'bind', sockfd: value, address: LOOPBACK, port })
  })

  it('of one process is told, and the other goes on', async () => {
    const lab = createLab()
    const { sockfd } = await listening(lab)
    await blocked(lab, 'server', { call: 'accept', sockfd })
    process.kill((lab.view().ends[0]!.process as { pid: number }).pid, 'SIGKILL')
    const view = await when(lab, ({ ends }) => ends[0]!.process.is === 'ended')
    expect(view.ends[0]).toMatchObject({ process: { why: 'died' }, descriptors: [] })
    expect(view.ends[0]!.steps.at(-1)!.state).toEqual({ is: 'refused', why: 'process-ended' })
    expect(await settle(lab, 'server', STREAM)).toEqual({ is: 'refused', why: 'process-ended' })
    await done(lab, 'client', STREAM)
  })
})

describe('inside Electron, whose program cannot be started as Node', () => {
  it('ends are threads, and their sockets go with them all the same', async () => {
    // Elsewhere the property does not exist.
    Object.defineProperty(process.versions, 'electron', { value: '45.0.0', configurable: true })
    try {
      const lab = createLab()
      const { sockfd, port } = await listening(lab)
      expect(lab.view().ends[0]!.process).toEqual({ is: 'running', pid: process.pid })
      const accepting = await blocked(lab, 'server', { call: 'accept', sockfd })
      const { value: client } = await done(lab, 'client', STREAM)
      await done(lab, 'client', { call: 'connect', sockfd: client, address: LOOPBACK, port })
      expect(await accepting()).toMatchObject({ is: 'done' })
      await lab.close()
      const { rows } = await readProcessSockets()
      expect(rows.filter(({ local, remote }) => local.port === port || remote?.port === port)).toEqual([])
    } finally {
      delete (process.versions as Record<string, string>)['electron']
    }
  })
})

function externalAddress(): string | undefined {
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4')?.address
}
