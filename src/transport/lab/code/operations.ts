import type { Domain, ShutdownHow, SocketType } from '../../calls/index.ts'
import type { LabAddress, LabData, LabStep } from '../types.ts'

/** What is sent in a program: what was read last, or the bytes that were typed. */
export type CodeData = { readonly is: 'received' } | LabData

/** To whom: whoever sent last, or the address that was typed. */
export type CodeTarget = { readonly is: 'sender' } | ({ readonly is: 'address' } & LabAddress)

/** A socket in a program. */
export interface CodeSocket {
  readonly name: string
  readonly domain: Domain
  readonly type: SocketType
}

/** A step as a statement: descriptors have become variables. */
export type Operation = { readonly socket: CodeSocket } & (
  | { readonly op: 'socket'; readonly protocol: number }
  | ({ readonly op: 'bind' } & LabAddress)
  | { readonly op: 'listen'; readonly backlog: number; readonly bound: LabAddress | undefined }
  | { readonly op: 'accept'; readonly connection: CodeSocket }
  | ({ readonly op: 'connect'; readonly bound: LabAddress | undefined } & LabAddress)
  | { readonly op: 'write'; readonly data: CodeData }
  | { readonly op: 'read'; readonly length: number }
  | { readonly op: 'sendto'; readonly data: CodeData; readonly to: CodeTarget }
  | { readonly op: 'recvfrom'; readonly length: number }
  | { readonly op: 'shutdown'; readonly how: ShutdownHow }
  | { readonly op: 'close' }
)

interface Known {
  readonly socket: CodeSocket
  bound?: LabAddress
  received?: string
  sender?: LabAddress
}

/** The statements of the steps that succeeded; the others did nothing that a program would repeat. */
export function operationsOf(steps: readonly LabStep[]): Operation[] {
  const known = new Map<number, Known>()
  const names = new Set<string>()
  return steps.flatMap((step) => operationOf(step, known, names) ?? [])
}

function operationOf(step: LabStep, known: Map<number, Known>, names: Set<string>): Operation | undefined {
  const { call, state } = step
  if (state.is !== 'done') return undefined
  const { result } = state
  const add = (base: string, of: Pick<CodeSocket, 'domain' | 'type'>): CodeSocket => {
    const socket = { name: freeName(base, names), domain: of.domain, type: of.type }
    known.set(result.value, { socket })
    return socket
  }
  if (call.call === 'socket') return { op: 'socket', protocol: call.protocol, socket: add('sockfd', call) }
  const own = known.get(call.sockfd)
  if (!own) return undefined
  const { socket } = own
  switch (call.call) {
    case 'bind':
      own.bound = { address: call.address, port: call.port }
      return { op: 'bind', socket, ...own.bound }
    case 'listen':
      return { op: 'listen', socket, backlog: call.backlog, bound: own.bound }
    case 'accept':
      return { op: 'accept', socket, connection: add('connfd', socket) }
    case 'connect':
      return { op: 'connect', socket, address: call.address, port: call.port, bound: own.bound }
    case 'write':
      return { op: 'write', socket, data: dataOf(call.data, own) }
    case 'read':
      own.received = result.received?.text ?? ''
      return { op: 'read', socket, length: call.length }
    case 'sendto':
      return { op: 'sendto', socket, data: dataOf(call.data, own), to: targetOf(call, own) }
    case 'recvfrom':
      own.received = result.received?.text ?? ''
      if (result.peer) own.sender = result.peer
      return { op: 'recvfrom', socket, length: call.length }
    case 'shutdown':
      return { op: 'shutdown', socket, how: call.how }
    case 'close':
      known.delete(call.sockfd)
      return { op: 'close', socket }
  }
}

/** An echo is one in the program too, not the words that happened to come. */
function dataOf(data: LabData, { received }: Known): CodeData {
  return data.is === 'text' && received !== undefined && received === data.text ? { is: 'received' } : data
}

/** A client's port is another one each time: who asked is answered, not a number. */
function targetOf({ address, port }: LabAddress, { sender }: Known): CodeTarget {
  if (sender?.address === address && sender.port === port) return { is: 'sender' }
  return { is: 'address', address, port }
}

function freeName(base: string, names: Set<string>): string {
  let name = base
  for (let i = 2; names.has(name); i++) name = `${base}${i}`
  names.add(name)
  return name
}
