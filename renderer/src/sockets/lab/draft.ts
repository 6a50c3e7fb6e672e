import type {
  LabCallView,
  LabDescriptorView,
  LabEndView,
  LabPlanView,
} from '../../../../src/contract/index.ts'

export type CallName = LabCallView['call']

export const CALL_NAMES: readonly CallName[] = [
  'socket',
  'bind',
  'listen',
  'accept',
  'connect',
  'write',
  'read',
  'sendto',
  'recvfrom',
  'shutdown',
  'close',
]

/** Every argument a call may have, as it stands in the form; a call takes those it knows. */
export interface Draft {
  readonly call: CallName
  readonly sockfd: number | undefined
  readonly domain: LabPlanView['domain']
  readonly type: LabPlanView['type']
  readonly protocol: number
  readonly address: string
  readonly port: number
  readonly backlog: number
  readonly length: number
  readonly text: string
  readonly filler: number
  readonly how: 'SHUT_RD' | 'SHUT_WR' | 'SHUT_RDWR'
}

export type ArgumentName = Exclude<keyof Draft, 'call'>

const SENDING = ['text', 'filler'] as const
const WHERE = ['address', 'port'] as const

/** The arguments of each call, in the order of its signature. */
export const ARGUMENTS: Readonly<Record<CallName, readonly ArgumentName[]>> = {
  socket: ['domain', 'type', 'protocol'],
  bind: ['sockfd', ...WHERE],
  listen: ['sockfd', 'backlog'],
  accept: ['sockfd'],
  connect: ['sockfd', ...WHERE],
  write: ['sockfd', ...SENDING],
  read: ['sockfd', 'length'],
  sendto: ['sockfd', ...SENDING, ...WHERE],
  recvfrom: ['sockfd', 'length'],
  shutdown: ['sockfd', 'how'],
  close: ['sockfd'],
}

/** A form filled with the suggested call; without one, with what the plan says. */
export function draftOf(
  suggested: LabCallView | null,
  plan: LabPlanView,
  descriptors: readonly LabDescriptorView[],
): Draft {
  const { domain, type, address, port, backlog } = plan
  const base: Draft = {
    call: 'socket',
    sockfd: descriptors.at(-1)?.sockfd,
    domain,
    type,
    protocol: 0,
    address: domain === 'PF_INET' ? '127.0.0.1' : '::1',
    port,
    backlog,
    length: 1024,
    text: plan.lines.client[0] ?? '',
    filler: 0,
    how: 'SHUT_WR',
  }
  if (!suggested)
    return { ...base, address: address === '0.0.0.0' || address === '::' ? base.address : address }
  const { call: _call, ...given } = suggested
  const data = 'data' in given && given.data.is === 'text' ? { text: given.data.text } : {}
  return { ...base, ...given, ...data, call: suggested.call }
}

/** The last call, when it came to nothing: it is there to be corrected. */
export function failedCall({ steps }: Pick<LabEndView, 'steps'>): LabCallView | null {
  const last = steps.at(-1)
  const isOver = last && ['failed', 'refused', 'interrupted'].includes(last.state.is)
  return isOver ? last.call : null
}

/** The call of a form; undefined while it lacks a socket. */
export function callOf(draft: Draft): LabCallView | undefined {
  if (draft.call === 'socket') return pick(draft, 'socket')
  return draft.sockfd === undefined ? undefined : pick(draft, draft.call)
}

function pick(draft: Draft, call: CallName): LabCallView {
  const data =
    draft.filler > 0
      ? { is: 'filler' as const, bytes: draft.filler }
      : { is: 'text' as const, text: draft.text }
  const args = Object.fromEntries(
    ARGUMENTS[call].filter((name) => name !== 'text' && name !== 'filler').map((name) => [name, draft[name]]),
  )
  const sends = call === 'write' || call === 'sendto'
  return { call, ...args, ...(sends ? { data } : {}) } as LabCallView
}
