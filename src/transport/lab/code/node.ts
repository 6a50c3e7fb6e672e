import type { LabAddress } from '../types.ts'
import type { CodeData, Operation } from './operations.ts'

/*
 * Node has no `socket`, `bind` or `accept` of its own for TCP, and events in place of calls that wait; small helpers give the
 * waiting back. What Node does in one, `bind` and `listen`, is written in one.
 */
const HELPERS = {
  accept: `/** Connections in the order they came; Node accepts them by itself. */
function acceptor(server) {
  const connections = []
  server.on('connection', (connection) => connections.push(connection.pause()))
  return async () => {
    if (connections.length === 0) await once(server, 'connection')
    return connections.shift()
  }
}
`,
  read: `/** At most so many bytes; none at the end of the stream. */
async function read(socket, length) {
  while (true) {
    const data = socket.readableLength > 0 ? socket.read(Math.min(length, socket.readableLength)) : socket.read()
    if (data) return data
    if (socket.readableEnded) return Buffer.alloc(0)
    await Promise.race([once(socket, 'readable'), once(socket, 'end')])
  }
}
`,
  recvfrom: `/** Datagrams in the order they came. */
function receiver(socket) {
  const datagrams = []
  socket.on('message', (data, from) => datagrams.push([data, from]))
  return async () => {
    if (datagrams.length === 0) await once(socket, 'message')
    return datagrams.shift()
  }
}
`,
} as const

/** A program for Node (an ECMAScript module) that does the same. */
export function nodeCode(operations: readonly Operation[]): string {
  const has = (op: Operation['op']): boolean => operations.some((each) => each.op === op)
  const datagrams = operations.some(({ socket }) => socket.type === 'SOCK_DGRAM')
  const streams = operations.some(({ socket }) => socket.type === 'SOCK_STREAM')
  const imports = [
    ...(datagrams ? ["import dgram from 'node:dgram'"] : []),
    "import { once } from 'node:events'",
    ...(streams ? ["import net from 'node:net'"] : []),
  ]
  const helpers = [
    ...(has('accept') ? [HELPERS.accept] : []),
    ...(streams && has('read') ? [HELPERS.read] : []),
    ...(datagrams ? [HELPERS.recvfrom] : []),
  ]
  const received = has('read') || has('recvfrom') ? ['let data, from'] : []
  const kinds = kindsOf(operations)
  const body = operations.flatMap((each) =>
    each.socket.type === 'SOCK_STREAM' ? stream(each, kinds) : datagram(each),
  )
  // Sockets that are still open keep a program of Node's alive.
  return [...imports, '', ...helpers, ...received, ...body, 'process.exit()', ''].join('\n')
}

/** What Node made of a socket: it has no word for one that neither listens nor is connected. */
type Kinds = ReadonlyMap<string, 'server' | 'connection'>

function kindsOf(operations: readonly Operation[]): Kinds {
  const kinds = new Map<string, 'server' | 'connection'>()
  for (const each of operations) {
    if (each.op === 'listen') kinds.set(each.socket.name, 'server')
    if (each.op === 'connect') kinds.set(each.socket.name, 'connection')
    if (each.op === 'accept') kinds.set(each.connection.name, 'connection')
  }
  return kinds
}

function close(name: string, kind: 'server' | 'connection' | undefined): string[] {
  if (kind === 'server') return [`${name}.close()`]
  return kind === 'connection' ? [`await new Promise((done) => ${name}.end(done))`] : []
}

function stream(operation: Operation, kinds: Kinds): string[] {
  const { name } = operation.socket
  switch (operation.op) {
    case 'socket':
    case 'bind':
      return []
    case 'listen': {
      const where = { ...hostOf(operation.bound), backlog: operation.backlog }
      return [
        `const ${name} = net.createServer({ allowHalfOpen: true })`,
        `const ${name}Accept = acceptor(${name})`,
        `${name}.listen(${objectOf(where)})`,
        `await once(${name}, 'listening')`,
      ]
    }
    case 'accept':
      return [`const ${operation.connection.name} = await ${name}Accept()`]
    case 'connect': {
      const local = operation.bound && {
        localAddress: operation.bound.address,
        ...(operation.bound.port > 0 ? { localPort: operation.bound.port } : {}),
      }
      const where = objectOf({ ...hostOf(operation), ...local, allowHalfOpen: true })
      return [`const ${name} = net.connect(${where}).pause()`, `await once(${name}, 'connect')`]
    }
    case 'write':
      return [`await new Promise((done) => ${name}.write(${bytesOf(operation.data)}, done))`]
    case 'read':
      return [`data = await read(${name}, ${operation.length})`, 'console.log(data.toString())']
    case 'shutdown':
      return operation.how === 'SHUT_RD' ? [] : [`await new Promise((done) => ${name}.end(done))`]
    case 'close':
      return close(name, kinds.get(name))
    case 'sendto':
    case 'recvfrom':
      return []
  }
}

function datagram(operation: Operation): string[] {
  const { name, domain } = operation.socket
  switch (operation.op) {
    case 'socket':
      return [
        `const ${name} = dgram.createSocket('${domain === 'PF_INET' ? 'udp4' : 'udp6'}')`,
        `const ${name}Receive = receiver(${name})`,
      ]
    case 'bind':
      return [`${name}.bind(${operation.port}, '${operation.address}')`, `await once(${name}, 'listening')`]
    case 'connect':
      return [`${name}.connect(${operation.port}, '${operation.address}')`, `await once(${name}, 'connect')`]
    case 'write':
      return [`await new Promise((done) => ${name}.send(${bytesOf(operation.data)}, done))`]
    case 'sendto': {
      const { to } = operation
      const target = to.is === 'sender' ? 'from.port, from.address' : `${to.port}, '${to.address}'`
      return [`await new Promise((done) => ${name}.send(${bytesOf(operation.data)}, ${target}, done))`]
    }
    case 'read':
    case 'recvfrom':
      return [`;[data, from] = await ${name}Receive()`, 'console.log(data.toString())']
    case 'close':
      return [`${name}.close()`]
    case 'listen':
    case 'accept':
    case 'shutdown':
      return []
  }
}

function hostOf(address: LabAddress | undefined): { host?: string; port: number } {
  return address ? { host: address.address, port: address.port } : { port: 0 }
}

function objectOf(fields: Readonly<Record<string, string | number | boolean>>): string {
  const list = Object.entries(fields).map(
    ([key, value]) => `${key}: ${typeof value === 'string' ? `'${value}'` : value}`,
  )
  return `{ ${list.join(', ')} }`
}

function bytesOf(data: CodeData): string {
  if (data.is === 'received') return 'data'
  return data.is === 'filler' ? `Buffer.alloc(${data.bytes}, 'x')` : JSON.stringify(data.text.toWellFormed())
}
