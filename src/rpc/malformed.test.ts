import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ClientLink } from './client-link.ts'
import { createClient } from './client.ts'
import { MAX_ACTIVE_CALLS, MAX_MALFORMED, MAX_WAITING_REFUSALS } from './limits.ts'
import { memoryTransports } from './memory-link.ts'
import { messagePortTransport } from './message-port-link.ts'
import { RpcServer } from './server.ts'
import { MALFORMED, MALFORMED_CLONES, type Malformed } from './test-malformed.ts'
import { clientOf, serveOver, testRouter, type Served, type TestContract } from './test-support.ts'
import type { FrameTransport } from './transport.ts'
import { WebSocketRaw } from './test-web-socket-raw.ts'

/** One way of saying anything to a core, and of asking it something honest. */
interface Lab {
  /** A connection on which anything may be said; `ask` is an honest call over the same one. */
  open(): Promise<{ say(frame: unknown): void; ask(text: string): Promise<string>; close(): void }>
  close(): Promise<void>
}

interface Raw {
  transport: FrameTransport
  say(frame: unknown): void
}

function speaker({ transport, say }: Raw): Awaited<ReturnType<Lab['open']>> {
  const link = new ClientLink(transport)
  const client = createClient<TestContract>(link)
  const ask = async (text: string): Promise<string> => (await client.echo({ text })).text
  return { say, ask, close: () => link.close() }
}

async function memoryLab(): Promise<Lab> {
  const server = new RpcServer(testRouter())
  const open = async (): Promise<Raw> => {
    const [ours, theirs] = memoryTransports()
    server.accept(theirs)
    return { transport: ours, say: (frame) => ours.send(frame as string) }
  }
  return { open: async () => speaker(await open()), close: async () => {} }
}

/** The core in a worker: what ends it ends the worker, and the test sees that. */
async function workerLab(): Promise<Lab> {
  const worker = new Worker(fileURLToPath(new URL('./test-worker.ts', import.meta.url)))
  let ended: Error | undefined
  worker.on('error', (error: Error) => (ended = error))
  worker.on('exit', (code) => (ended ??= new Error(`the core's thread ended with ${code}`)))
  await once(worker, 'online')
  const open = async (): Promise<Raw> => {
    if (ended !== undefined) throw ended
    const { port1, port2 } = new MessageChannel()
    worker.postMessage(port2, [port2])
    return { transport: messagePortTransport(port1), say: (frame) => sayOver(port1, frame) }
  }
  const close = async (): Promise<void> => void (await worker.terminate())
  return { open: async () => speaker(await open()), close }
}

function sayOver(port: MessagePort, frame: unknown): void {
  port.postMessage(frame)
}

async function socketLab(): Promise<Lab> {
  const served = await serveOver('web socket')
  const open = async (): Promise<Raw> => WebSocketRaw.connect(served.url!)
  return { open: async () => speaker(await open()), close: () => served.close() }
}

const CLONES = [...MALFORMED, ...MALFORMED_CLONES]

describe.each<[string, () => Promise<Lab>, readonly Malformed[]]>([
  ['memory', memoryLab, CLONES],
  ["a worker's message port", workerLab, CLONES],
  ['a web socket', socketLab, MALFORMED],
])('over %s, a core survives', (_name, createLab, battery) => {
  let lab: Lab
  const unhandled: unknown[] = []
  const onUnhandled = (error: unknown): void => void unhandled.push(error)

  beforeAll(async () => {
    process.on('unhandledRejection', onUnhandled)
    process.on('uncaughtException', onUnhandled)
    lab = await createLab()
  })
  afterAll(async () => {
    await lab.close()
    process.off('unhandledRejection', onUnhandled)
    process.off('uncaughtException', onUnhandled)
  })

  /** An honest call on the same connection, or on a new one if that was cut. */
  async function askHonestly(connection: Awaited<ReturnType<Lab['open']>>): Promise<string> {
    return connection.ask('honest').catch(async () => {
      const other = await lab.open()
      return other.ask('honest').finally(() => other.close())
    })
  }

  it.each(battery.map((each) => [each.name, each] as const))('%s', async (_name, malformed) => {
    const connection = await lab.open()
    for (const frame of malformed.frames) connection.say(frame)
    // One fault is forgiven: the same connection goes on, unless the socket itself had to refuse the size.
    const ask = malformed.cutsSocket ? askHonestly(connection) : connection.ask('honest')
    expect(await ask).toBe('honest')
    expect(unhandled).toEqual([])
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
    connection.close()
  })

  it('all of them in a row, and cuts the connection before the end', async () => {
    const connection = await lab.open()
    for (const { frames } of battery) for (const frame of frames) connection.say(frame)
    await expect(connection.ask('late')).rejects.toMatchObject({ code: 'core-gone' })
    expect(await askHonestly(connection)).toBe('honest')
    expect(unhandled).toEqual([])
  })

  it('a flood of calls that are never answered, and cuts the connection', async () => {
    const connection = await lab.open()
    for (let i = 0; i < 20_000; i++) connection.say(`{"i":"f${i.toString(36)}","p":{"u":"/hang"}}`)
    expect(await askHonestly(connection)).toBe('honest')
    connection.close()
  })

  it('a flood of iterators that are never read', async () => {
    const connection = await lab.open()
    for (let i = 0; i < 5000; i++) {
      connection.say(`{"i":"g${i.toString(36)}","p":{"u":"/count","b":{"json":{"padding":10000}}}}`)
    }
    expect(await askHonestly(connection)).toBe('honest')
    connection.close()
  })

  it('a flood of calls that are aborted at once', async () => {
    const connection = await lab.open()
    for (let i = 0; i < 5000; i++) {
      connection.say(`{"i":"h${i.toString(36)}","p":{"u":"/count","b":{"json":{}}}}`)
      connection.say(`{"i":"h${i.toString(36)}","t":4}`)
    }
    expect(await askHonestly(connection)).toBe('honest')
    connection.close()
  })
})

describe('a web socket that breaks the protocol below the frames', () => {
  let served: Served
  beforeAll(async () => {
    served = await serveOver('web socket')
  })
  afterAll(() => served.close())

  /** RFC 6455 §5.2, by hand: opcode and payload with a mask of zeros. */
  const frame = (first: number, payload: Uint8Array, length?: number[]): Uint8Array =>
    Uint8Array.of(first, ...(length ?? [0x80 | payload.length]), 0, 0, 0, 0, ...payload)

  it.each<[string, Uint8Array]>([
    ['invalid UTF-8', frame(0x81, Uint8Array.of(0xc3, 0x28, 0xff, 0xfe))],
    ['an unmasked frame', Uint8Array.of(0x81, 0x01, 0x70)],
    ['a reserved opcode', frame(0x83, Uint8Array.of(1))],
    ['reserved bits', frame(0xf1, Uint8Array.of(1))],
    ['a continuation of nothing', frame(0x80, Uint8Array.of(1))],
    ['a length of 2⁶³', frame(0x81, Uint8Array.of(), [0xff, 0x7f, 255, 255, 255, 255, 255, 255, 255])],
    ['a length beyond the limit', frame(0x81, Uint8Array.of(), [0xff, 0, 0, 0, 0, 0x10, 0, 0, 0])],
    ['a long ping', frame(0x89, Uint8Array.of(), [0xfe, 0x01, 0x00])],
    ['a close code that is none', frame(0x88, Uint8Array.of(0, 1))],
    ['plain text', new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n')],
  ])('%s ends that socket alone', async (_name, bytes) => {
    const socket = await WebSocketRaw.rawSocket(served.url!)
    socket.write(bytes)
    await ended(socket)
    const { client, link } = await clientOf(served)
    expect(await client.echo({ text: 'honest' })).toEqual({ text: 'honest' })
    link.close()
  })

  it('a connection that says nothing ends with nothing', async () => {
    const { port } = new URL(served.url!)
    const socket = connect(Number(port), '127.0.0.1')
    await once(socket, 'connect')
    socket.destroy()
    const { client, link } = await clientOf(served)
    expect(await client.echo({ text: 'honest' })).toEqual({ text: 'honest' })
    link.close()
  })
})

describe('limits of one link', () => {
  it('answers what is beyond the cap with an error while answers are read, and counts what it drops', async () => {
    const server = new RpcServer(testRouter())
    const [ours, theirs] = memoryTransports()
    const link = server.accept(theirs)
    const answers: string[] = []
    ours.onFrame((frame) => answers.push(frame as string))
    for (let i = 0; i < MAX_ACTIVE_CALLS + 10; i++) ours.send(`{"i":"a${i.toString(36)}","p":{"u":"/hang"}}`)
    for (let i = 1; i < MAX_MALFORMED; i++) ours.send('nonsense')
    await expect.poll(() => answers.filter((text) => text.includes('rate-limited')).length).toBe(10)
    expect(link.activeCalls).toBe(MAX_ACTIVE_CALLS)
    await expect.poll(() => link.malformedFrames).toBe(MAX_MALFORMED - 1)
    expect(server.links.size).toBe(1)
    ours.send('nonsense')
    expect(await link.closed).toMatchObject({ code: 'protocol-violation' })
    expect(server.links.size).toBe(0)
  })

  it('drops a second call under an id that is in use, and answers the first once', async () => {
    const server = new RpcServer(testRouter())
    const [ours, theirs] = memoryTransports()
    const link = server.accept(theirs)
    const answers: string[] = []
    ours.onFrame((frame) => answers.push(frame as string))
    for (let i = 0; i < 3; i++) ours.send('{"i":"a","p":{"u":"/echo","b":{"json":{"text":"once"}}}}')
    const answered = (): number => answers.filter((text) => text.includes('once')).length
    await expect.poll(answered).toBe(1)
    expect(link.malformedFrames).toBe(2)
    expect(link.activeCalls).toBe(0)
    expect(answered()).toBe(1)
  })

  it('cuts off who calls beyond the cap and reads no answers', async () => {
    const server = new RpcServer(testRouter())
    const [ours, theirs] = memoryTransports()
    const link = server.accept(theirs)
    // Fills the window: nothing more goes out until it is acknowledged, which never happens.
    ours.send('{"i":"big","p":{"u":"/group/big","b":{"json":{"chars":2000000}}}}')
    const calls = MAX_ACTIVE_CALLS + MAX_WAITING_REFUSALS + 2
    await new Promise<void>((resolve) => ours.onFrame((frame) => String(frame).includes('yyy') && resolve()))
    for (let i = 0; i < calls; i++) ours.send(`{"i":"a${i.toString(36)}","p":{"u":"/hang"}}`)
    expect(await link.closed).toMatchObject({ code: 'protocol-violation' })
  })
})

async function ended(socket: Socket): Promise<void> {
  socket.on('error', () => {}).resume()
  if (!socket.destroyed) await once(socket, 'close')
}
