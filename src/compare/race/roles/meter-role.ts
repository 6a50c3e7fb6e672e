import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { ShoalError, systemRandom, toHex } from '../../../base/index.ts'
import { PROBE_MS, PROBE_TIMEOUT_MS } from '../../limits.ts'
import type { Offer, RoleOrder } from '../messages.ts'
import type { Role } from './role.ts'

const TOKEN_BYTES = 16
const BLOCK = new Uint8Array(256 * 1024)
const DOWN = 'd'
const UP = 'u'

/** Gives measured rates: pours bytes into who asks for them, or counts those that come. Knows its guests by a token. */
export async function meter({ host, up }: Extract<RoleOrder, { is: 'meter' }>): Promise<Role> {
  const token = toHex(systemRandom.bytes(TOKEN_BYTES))
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    socket.setTimeout(PROBE_TIMEOUT_MS, () => socket.destroy())
    void serve(socket, token).catch(() => socket.destroy())
  })
  server.listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    // The host is filled in by who passes the offer on.
    offer: { is: 'meter', host: '127.0.0.1', port, token, up },
    peerId: null,
    payload: () => ({ sent: 0, received: 0 }),
    held: () => ({}),
    go: async () => {},
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** Measures: bytes down for a while, then bytes up for a while. */
export async function probe(offer: Extract<Offer, { is: 'meter' }>): Promise<Role> {
  let rates: { down: number; up: number | null } = { down: 0, up: null }
  return {
    offer: null,
    peerId: null,
    payload: () => ({ sent: 0, received: 0 }),
    held: () => ({}),
    go: async () => {
      const down = await measureDown(offer)
      rates = { down, up: offer.up ? await measureUp(offer) : null }
    },
    rates: () => rates,
    stop: async () => {},
  }
}

async function serve(socket: Socket, token: string): Promise<void> {
  const hello = await readHello(socket)
  if (hello === token + DOWN) return pour(socket, PROBE_MS)
  if (hello !== token + UP) return void socket.destroy()
  const { bytes, ms } = await countUntilEnd(socket)
  socket.end(`${bytes} ${ms.toFixed(3)}`)
}

async function measureDown(offer: Extract<Offer, { is: 'meter' }>): Promise<number> {
  const socket = await open(offer, DOWN)
  try {
    return rateOf(await countUntilEnd(socket))
  } finally {
    socket.destroy()
  }
}

async function measureUp(offer: Extract<Offer, { is: 'meter' }>): Promise<number> {
  const socket = await open(offer, UP)
  try {
    await pour(socket, PROBE_MS)
    const chunks: Buffer[] = []
    socket.on('data', (data: Buffer) => chunks.push(data))
    await once(socket, 'end')
    return rateOf(readCount(Buffer.concat(chunks).toString('latin1')))
  } finally {
    socket.destroy()
  }
}

/** What the meter counted. @throws ShoalError `protocol-violation`. */
function readCount(text: string): { bytes: number; ms: number } {
  const match = /^(\d{1,15}) (\d{1,9}(?:\.\d{1,20})?)$/.exec(text)
  if (!match) throw new ShoalError('protocol-violation', 'the meter counts strangely')
  return { bytes: Number(match[1]), ms: Number(match[2]) }
}

async function open({ host, port, token }: Extract<Offer, { is: 'meter' }>, what: string): Promise<Socket> {
  const socket = connect({ host, port, allowHalfOpen: true })
  // Whoever waits for the socket is told as well; nobody waits once it has served.
  socket.on('error', () => {})
  socket.setTimeout(PROBE_TIMEOUT_MS, () =>
    socket.destroy(new ShoalError('timeout', 'the rate probe stood still')),
  )
  await once(socket, 'connect')
  socket.write(token + what)
  return socket
}

async function readHello(socket: Socket): Promise<string> {
  const length = 2 * TOKEN_BYTES + 1
  for (;;) {
    const bytes = socket.read(length) as Buffer | null
    if (bytes) return bytes.toString('latin1')
    await once(socket, 'readable')
  }
}

/** As fast as the socket takes it. */
async function pour(socket: Socket, ms: number): Promise<void> {
  const end = performance.now() + ms
  while (performance.now() < end && !socket.destroyed) {
    // A block is more than a socket takes without asking for a pause.
    if (!socket.write(BLOCK)) await once(socket, 'drain')
  }
  socket.end()
}

/** Bytes, and the time from the first to the last of them. */
async function countUntilEnd(socket: Socket): Promise<{ bytes: number; ms: number }> {
  let bytes = 0
  let first = 0
  let last = 0
  socket.on('data', (data: Buffer) => {
    last = performance.now()
    // What was there at once says nothing about a rate.
    if (first === 0) first = last
    else bytes += data.length
  })
  await once(socket, 'end')
  return { bytes, ms: last - first }
}

/** Bits per second. */
function rateOf({ bytes, ms }: { bytes: number; ms: number }): number {
  return ms > 0 ? (bytes * 8 * 1000) / ms : 0
}
