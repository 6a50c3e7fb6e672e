import type { Domain, SocketType } from '../calls/index.ts'
import type { LabEndView } from './lab-end.ts'
import type { LabAddress, LabCall, LabData, LabDescriptor, LabStep } from './types.ts'

/** What the two ends are to do: the server sends back what came, or both send lines in turn. */
export interface LabPlan {
  readonly program: 'echo' | 'chat'
  readonly domain: Domain
  readonly type: SocketType
  /** Where the server waits; the client goes there too, unless a server of this lab is bound elsewhere. */
  readonly address: string
  readonly port: number
  readonly backlog: number
  /** Lines the client says, and the server's answers in a chat. */
  readonly lines: { readonly client: readonly string[]; readonly server: readonly string[] }
}

/** Bytes asked for in one read: more than any line here. */
const READ_LENGTH = 1024

/** The call the textbook makes next; undefined when the process waits, has ended, or was led off the path. */
export function nextCall(
  end: LabEndView,
  plan: LabPlan,
  server: LabAddress | undefined,
): LabCall | undefined {
  const last = end.steps.at(-1)
  if (last && last.state.is !== 'done') return undefined
  if (end.steps.length === 0) return { call: 'socket', domain: plan.domain, type: plan.type, protocol: 0 }
  const to = server ?? { address: plan.address, port: plan.port }
  return end.role === 'server' ? serverCall(end, plan) : clientCall(end, plan, reachable(to))
}

/** Where clients reach the server of a lab: what it listens on, or is bound to. */
export function serverAddress(ends: readonly LabEndView[]): LabAddress | undefined {
  return (
    ends
      .filter(({ role }) => role === 'server')
      .flatMap(({ descriptors }) => descriptors)
      .find(({ role, local }) => role !== 'accepted' && local !== null)?.local ?? undefined
  )
}

function serverCall({ steps, descriptors }: LabEndView, plan: LabPlan): LabCall | undefined {
  const { address, port, backlog } = plan
  const own = descriptors.find(({ role }) => role !== 'accepted')
  const connection = descriptors.findLast(({ role }) => role === 'accepted')
  if (connection) return answer(steps, connection, plan) ?? { call: 'close', sockfd: connection.sockfd }
  if (!own) return undefined
  const { sockfd } = own
  if (!own.local) return { call: 'bind', sockfd, address, port }
  if (own.type === 'SOCK_DGRAM') return answer(steps, own, plan) ?? { call: 'close', sockfd }
  if (own.role === 'socket') return { call: 'listen', sockfd, backlog }
  const hasServed = steps.some(({ call }) => call.call === 'accept')
  return { call: hasServed ? 'close' : 'accept', sockfd }
}

/** Reads and answers in turn, until the other side has closed or, without a connection, has said all. */
function answer(
  steps: readonly LabStep[],
  { sockfd, type }: LabDescriptor,
  plan: LabPlan,
): LabCall | undefined {
  const since = steps.slice(steps.findLastIndex((step) => valueOf(step) === sockfd && makes(step)) + 1)
  const own = since.filter(({ call }) => 'sockfd' in call && call.sockfd === sockfd)
  const last = own.at(-1)
  const sent = own.filter(({ call }) => call.call === 'write' || call.call === 'sendto').length
  const isDatagram = type === 'SOCK_DGRAM'
  const wait = { call: isDatagram ? 'recvfrom' : 'read', sockfd, length: READ_LENGTH } as const
  if (last?.call.call !== 'read' && last?.call.call !== 'recvfrom')
    return isDatagram && sent >= plan.lines.client.length ? undefined : wait
  const result = last.state.is === 'done' ? last.state.result : undefined
  if (!isDatagram && result?.value === 0) return undefined
  const data = replyTo(result?.received?.text ?? '', sent, plan)
  if (!isDatagram) return { call: 'write', sockfd, data }
  return result?.peer && { call: 'sendto', sockfd, data, ...result.peer }
}

function clientCall({ steps, descriptors }: LabEndView, plan: LabPlan, to: LabAddress): LabCall | undefined {
  const own = descriptors[0]
  if (!own) return undefined
  const { sockfd } = own
  const isDatagram = own.type === 'SOCK_DGRAM'
  if (!isDatagram && !own.remote) return { call: 'connect', sockfd, ...to }
  const last = steps.at(-1)!
  if (last.call.call === 'write' || last.call.call === 'sendto')
    return { call: isDatagram ? 'recvfrom' : 'read', sockfd, length: READ_LENGTH }
  const sent = steps.filter(({ call }) => call.call === 'write' || call.call === 'sendto').length
  const line = plan.lines.client[sent]
  if (line === undefined) return { call: 'close', sockfd }
  const data: LabData = { is: 'text', text: line }
  return isDatagram ? { call: 'sendto', sockfd, data, ...to } : { call: 'write', sockfd, data }
}

function replyTo(received: string, sent: number, plan: LabPlan): LabData {
  const text = plan.program === 'echo' ? received : (plan.lines.server[sent] ?? received)
  return { is: 'text', text }
}

/** INADDR_ANY is an address to wait on, not one to go to. */
function reachable({ address, port }: LabAddress): LabAddress {
  if (address === '0.0.0.0') return { address: '127.0.0.1', port }
  return { address: address === '::' ? '::1' : address, port }
}

function makes({ call }: LabStep): boolean {
  return call.call === 'socket' || call.call === 'accept'
}

function valueOf({ state }: LabStep): number | undefined {
  return state.is === 'done' ? state.result.value : undefined
}
