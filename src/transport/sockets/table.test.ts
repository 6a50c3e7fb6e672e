import { execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseProcTable } from './proc.ts'
import { parseLsof, parseNetstat, parseSs } from './programs.ts'
import { readProcessSockets, readSocketTable } from './table.ts'
import type { SocketRow } from './types.ts'

function has(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** A server, a connection that it took, and a UDP socket, all of this process. */
async function withSockets(
  work: (ports: { server: number; client: number; udp: number }) => unknown,
): Promise<void> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = (server.address() as AddressInfo).port
  const client = connect(port, '127.0.0.1')
  const [accepted] = (await once(server, 'connection')) as [Socket]
  const udp = createSocket('udp6')
  udp.bind(0, '::1')
  await once(udp, 'listening')
  try {
    await work({ server: port, client: client.localPort!, udp: udp.address().port })
  } finally {
    udp.close()
    client.destroy()
    accepted.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
}

const about = (rows: readonly SocketRow[], port: number): unknown[] =>
  rows
    .filter(({ local }) => local.port === port)
    .map(({ protocol, local, remote, state }) => [protocol, local.address, remote?.port ?? null, state])
    .toSorted((a, b) => String(a[3]).localeCompare(String(b[3])))

/** Of the whole system's table: a port number is somebody else's too, over UDP, at another address, or a minute ago. */
function expectTheirs(
  rows: readonly SocketRow[],
  { server, client, udp }: { server: number; client: number; udp: number },
): void {
  const ends = ({ protocol, local, remote, state }: SocketRow): unknown => [
    protocol,
    `${local.address}:${local.port}`,
    remote && remote.port,
    state,
  ]
  const all = rows.map(ends)
  expect(all).toContainEqual(['tcp', `127.0.0.1:${server}`, null, 'LISTEN'])
  expect(all).toContainEqual(['tcp', `127.0.0.1:${server}`, client, 'ESTABLISHED'])
  expect(all).toContainEqual(['tcp', `127.0.0.1:${client}`, server, 'ESTABLISHED'])
  expect(all).toContainEqual(['udp', `::1:${udp}`, null, 'UNCONNECTED'])
}

describe('the system’s table of sockets', () => {
  it('has this process’s sockets with their states, and no other process’s', async () => {
    await withSockets(async ({ server, client, udp }) => {
      const { rows } = await readProcessSockets()
      expect(about(rows, server)).toEqual([
        ['tcp', '127.0.0.1', client, 'ESTABLISHED'],
        ['tcp', '127.0.0.1', null, 'LISTEN'],
      ])
      expect(about(rows, client)).toEqual([['tcp', '127.0.0.1', server, 'ESTABLISHED']])
      expect(about(rows, udp)).toEqual([['udp', '::1', null, 'UNCONNECTED']])
      const everybody = await readSocketTable()
      expect(everybody.rows.length).toBeGreaterThanOrEqual(rows.length)
      expect((await readProcessSockets(1)).rows.filter(({ local }) => local.port === server)).toEqual([])
    })
  })

  it.skipIf(!has('ss'))('is the one `ss` prints', async () => {
    await withSockets((ports) =>
      expectTheirs(parseSs(execFileSync('ss', ['-tuanH'], { encoding: 'utf8' })), ports),
    )
  })

  it.skipIf(!has('netstat'))('is the one `netstat` prints', async () => {
    await withSockets((ports) =>
      expectTheirs(
        parseNetstat(execFileSync('netstat', ['-an', '-A', 'inet,inet6'], { encoding: 'utf8' })),
        ports,
      ),
    )
  })
})

describe('what other systems print', () => {
  it('macOS’s netstat, with dots before ports', () => {
    const text = `Active Internet connections (including servers)
Proto Recv-Q Send-Q  Local Address          Foreign Address        (state)
tcp4       0      0  127.0.0.1.6000         127.0.0.1.50123        ESTABLISHED
tcp46      0      0  *.8420                 *.*                    LISTEN
tcp6       3      7  fe80::1%lo0.1024       fe80::1%lo0.1025       FIN_WAIT_2
udp4       0      0  *.5353                 *.*`
    expect(parseNetstat(text)).toEqual([
      row('tcp', '127.0.0.1', 6000, ['127.0.0.1', 50_123], 'ESTABLISHED'),
      row('tcp', '::', 8420, null, 'LISTEN'),
      { ...row('tcp', 'fe80::1', 1024, ['fe80::1', 1025], 'FIN-WAIT-2'), receiveQueue: 3, sendQueue: 7 },
      row('udp', '0.0.0.0', 5353, null, 'UNCONNECTED'),
    ])
  })

  it('Windows’ netstat, with the process', () => {
    const text = `\r\nActive Connections\r\n
  Proto  Local Address          Foreign Address        State           PID\r
  TCP    127.0.0.1:6000         0.0.0.0:0              LISTENING       4321\r
  TCP    [::1]:6000             [::1]:50200            CLOSE_WAIT      4321\r
  UDP    0.0.0.0:5353           *:*                                    99\r\n`
    expect(parseNetstat(text)).toEqual([
      { ...row('tcp', '127.0.0.1', 6000, null, 'LISTEN'), pid: 4321 },
      { ...row('tcp', '::1', 6000, ['::1', 50_200], 'CLOSE-WAIT'), pid: 4321 },
      { ...row('udp', '0.0.0.0', 5353, null, 'UNCONNECTED'), pid: 99 },
    ])
  })

  it('lsof, field by field', () => {
    const text =
      'p77\nf20\nPTCP\nn127.0.0.1:6000\nTST=LISTEN\nf21\nPTCP\nn[::1]:6000->[::1]:50200\nTST=SYN_SENT\nf22\nPUDP\nn*:5353\n'
    expect(parseLsof(text, 77)).toEqual([
      { ...row('tcp', '127.0.0.1', 6000, null, 'LISTEN'), pid: 77 },
      { ...row('tcp', '::1', 6000, ['::1', 50_200], 'SYN-SENT'), pid: 77 },
      { ...row('udp', '0.0.0.0', 5353, null, 'UNCONNECTED'), pid: 77 },
    ])
  })

  it('/proc/net/tcp6, whose addresses are words of the machine', () => {
    const text = `  sl  local_address                         remote_address
   0: 0000000000000000FFFF00000100007F:1770 0000000000000000FFFF00000100007F:C350 06 00000000:00000000 03:00000B1C 00000000 0 0 0 3 x
   1: 00000000000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000002 00:00000000 00000000 0 0 98765 1 x`
    expect(parseProcTable(text, 'tcp')).toEqual([
      { ...row('tcp', '::ffff:127.0.0.1', 6000, ['::ffff:127.0.0.1', 50_000], 'TIME-WAIT'), inode: 0 },
      { ...row('tcp', '::1', 80, null, 'LISTEN'), receiveQueue: 2, inode: 98_765 },
    ])
  })

  it('anything at all, without falling over', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.array(
          fc.constantFrom('tcp', 'TCP', '*:*', '1.2.3.4:5', '0A', ':', '00000000:0000', 'f', 'n', '\n', ' '),
        ),
        (text, words) => {
          for (const each of [text, words.join(' ')]) {
            for (const parse of [
              parseSs,
              parseNetstat,
              (t: string) => parseLsof(t, 1),
              (t: string) => parseProcTable(t, 'tcp'),
            ])
              expect(Array.isArray(parse(each))).toBe(true)
          }
        },
      ),
    )
  })
})

function row(
  protocol: 'tcp' | 'udp',
  address: string,
  port: number,
  remote: [string, number] | null,
  state: SocketRow['state'],
): SocketRow {
  const peer = remote && { address: remote[0], port: remote[1] }
  return { protocol, local: { address, port }, remote: peer, state, sendQueue: 0, receiveQueue: 0 }
}
