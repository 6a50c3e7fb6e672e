import type { Clock } from '../../base/index.ts'
import type { CallResult, Domain, SocketCalls, SocketType } from '../calls/index.ts'
import type { Endpoint } from '../demux/index.ts'
import { familyOf, formatIp, isLoopback, parseIp } from '../segments/address.ts'
import { dataBytes, shown } from './data.ts'
import { MAX_DESCRIPTORS, RETRY_EVERY_MS } from './limits.ts'
import type {
  EndReport,
  EndRequest,
  LabAddress,
  LabCall,
  LabDescriptor,
  LabResult,
  LabStepState,
  Refusal,
} from './types.ts'

interface Open {
  readonly sockfd: number
  readonly domain: Domain
  readonly type: SocketType
  role: LabDescriptor['role']
  /** Whom a `connect` that is under way wants. */
  wanted?: Endpoint | undefined
  sent: number
  received: number
}

export interface EndInit {
  readonly calls: SocketCalls
  readonly clock: Clock
  readonly report: (message: EndReport) => void
  /** Datagrams from other laptops are dropped: a socket the kernel bound itself is bound to every address. */
  readonly onlyLoopback: boolean
}

/** How an attempt at a call came out; `again` continues it, when it would block or is only half done. */
type Attempt =
  | { readonly is: 'settled'; readonly state: LabStepState }
  | { readonly is: 'again'; readonly attempt: () => Attempt }

/**
 * The process at one end: one thread that makes one call at a time, and is in it until the kernel has done it. The sockets
 * themselves never wait, so that the process can be let out of a call; a call that would block is made again and again.
 */
export class End {
  readonly #init: EndInit
  readonly #open = new Map<number, Open>()
  #busy: { readonly id: number; cancel: () => void } | undefined

  constructor(init: EndInit) {
    this.#init = init
  }

  receive(request: EndRequest): void {
    if (request.is === 'interrupt') this.#interrupt()
    else if (request.is === 'end') this.#end()
    else this.#call(request.id, request.call)
  }

  #call(id: number, call: LabCall): void {
    if (this.#busy) return this.#tell(id, { is: 'refused', why: 'process-blocked' })
    const refusal = this.#refusal(call)
    if (refusal) return this.#tell(id, { is: 'refused', why: refusal })
    const first = this.#attempt(call)
    if (first.is === 'settled') return this.#tell(id, first.state)
    this.#tell(id, { is: 'blocked' })
    this.#wait(id, first.attempt)
  }

  #wait(id: number, attempt: () => Attempt): void {
    const cancel = this.#init.clock.after(RETRY_EVERY_MS, () => {
      const next = attempt()
      if (next.is === 'again') return this.#wait(id, next.attempt)
      this.#busy = undefined
      this.#tell(id, next.state)
    })
    this.#busy = { id, cancel }
  }

  #interrupt(): void {
    const busy = this.#busy
    if (!busy) return
    busy.cancel()
    this.#busy = undefined
    this.#tell(busy.id, { is: 'interrupted' })
  }

  #end(): void {
    this.#busy?.cancel()
    this.#busy = undefined
    for (const sockfd of this.#open.keys()) this.#init.calls.close(sockfd)
    this.#open.clear()
  }

  #tell(id: number, state: LabStepState): void {
    const descriptors = [...this.#open.values()].map((open) => this.#describe(open))
    this.#init.report({ is: 'step', id, state, descriptors })
  }

  #refusal(call: LabCall): Refusal | undefined {
    if (call.call === 'socket') return this.#open.size >= MAX_DESCRIPTORS ? 'too-many-sockets' : undefined
    const open = this.#open.get(call.sockfd)
    if (!open) return 'unknown-descriptor'
    if (!('address' in call)) return undefined
    const endpoint = endpointOf(call)
    if (!endpoint) return 'bad-address'
    // Winsock and others differ in how they refuse this; the rule is the same everywhere.
    return familyOf(endpoint.address) === (open.domain === 'PF_INET' ? 4 : 6) ? undefined : 'family-mismatch'
  }

  #attempt(call: LabCall): Attempt {
    const { calls } = this.#init
    switch (call.call) {
      case 'socket':
        return this.#socket(call)
      case 'bind':
        return settled(calls.bind(call.sockfd, endpointOf(call)!))
      case 'listen':
        return this.#listen(call.sockfd, call.backlog)
      case 'accept':
        return this.#accept(call.sockfd)
      case 'connect':
        return this.#connect(call.sockfd, endpointOf(call)!)
      case 'write':
        return this.#write(call.sockfd, dataBytes(call.data), 0)
      case 'read':
        return this.#read(call.sockfd, call.length)
      case 'sendto':
        return this.#sendto(call.sockfd, dataBytes(call.data), endpointOf(call)!)
      case 'recvfrom':
        return this.#recvfrom(call.sockfd, call.length)
      case 'shutdown':
        return settled(calls.shutdown(call.sockfd, call.how))
      case 'close':
        return this.#close(call.sockfd)
    }
  }

  #socket({ domain, type, protocol }: Extract<LabCall, { call: 'socket' }>): Attempt {
    const made = this.#init.calls.socket(domain, type, protocol)
    if (made.is !== 'done') return settled(made)
    this.#open.set(made.value, { sockfd: made.value, domain, type, role: 'socket', sent: 0, received: 0 })
    return finished({ value: made.value })
  }

  #listen(sockfd: number, backlog: number): Attempt {
    const result = this.#init.calls.listen(sockfd, backlog)
    if (result.is === 'done') this.#open.get(sockfd)!.role = 'listening'
    return settled(result)
  }

  #accept(sockfd: number): Attempt {
    const taken = this.#init.calls.accept(sockfd)
    if (taken.is === 'would-block') return again(() => this.#accept(sockfd))
    if (taken.is === 'failed') return settled(taken)
    const { domain, type } = this.#open.get(sockfd)!
    const connected = taken.value.sockfd
    this.#open.set(connected, { sockfd: connected, domain, type, role: 'accepted', sent: 0, received: 0 })
    return finished({ value: connected, peer: addressOf(taken.value.peer) })
  }

  #connect(sockfd: number, to: Endpoint): Attempt {
    const result = this.#init.calls.connect(sockfd, to)
    if (result.is !== 'would-block') return settled(result)
    this.#open.get(sockfd)!.wanted = to
    return again(() => this.#connected(sockfd))
  }

  #connected(sockfd: number): Attempt {
    const result = this.#init.calls.connected(sockfd)
    if (result.is === 'would-block') return again(() => this.#connected(sockfd))
    this.#open.get(sockfd)!.wanted = undefined
    return settled(result)
  }

  /** A call that may wait returns when all bytes are in the socket's buffer. */
  #write(sockfd: number, bytes: Uint8Array, before: number): Attempt {
    const result = this.#init.calls.write(sockfd, bytes.subarray(before))
    if (result.is === 'would-block') return again(() => this.#write(sockfd, bytes, before))
    if (result.is === 'failed') return settled(result)
    const written = before + result.value
    this.#open.get(sockfd)!.sent += result.value
    return written >= bytes.length
      ? finished({ value: written })
      : again(() => this.#write(sockfd, bytes, written))
  }

  #read(sockfd: number, length: number): Attempt {
    // A datagram socket tells who sent only through `recvfrom`, and who sent must be looked at.
    if (this.#open.get(sockfd)!.type === 'SOCK_DGRAM') return withoutPeer(this.#recvfrom(sockfd, length))
    const result = this.#init.calls.read(sockfd, length)
    if (result.is === 'would-block') return again(() => this.#read(sockfd, length))
    if (result.is === 'failed') return settled(result)
    this.#open.get(sockfd)!.received += result.value.length
    return finished({ value: result.value.length, received: shown(result.value) })
  }

  #sendto(sockfd: number, bytes: Uint8Array, to: Endpoint): Attempt {
    const result = this.#init.calls.sendto(sockfd, bytes, to)
    if (result.is === 'would-block') return again(() => this.#sendto(sockfd, bytes, to))
    if (result.is === 'failed') return settled(result)
    this.#open.get(sockfd)!.sent += result.value
    return finished({ value: result.value })
  }

  #recvfrom(sockfd: number, length: number): Attempt {
    const result = this.#init.calls.recvfrom(sockfd, length)
    if (result.is === 'would-block') return again(() => this.#recvfrom(sockfd, length))
    if (result.is === 'failed') return settled(result)
    const { bytes, from } = result.value
    if (this.#init.onlyLoopback && !isLoopback(from.address))
      return again(() => this.#recvfrom(sockfd, length))
    this.#open.get(sockfd)!.received += bytes.length
    return finished({ value: bytes.length, peer: addressOf(from), received: shown(bytes) })
  }

  #close(sockfd: number): Attempt {
    this.#open.delete(sockfd)
    return settled(this.#init.calls.close(sockfd))
  }

  #describe({ sockfd, domain, type, role, wanted, sent, received }: Open): LabDescriptor {
    const local = this.#init.calls.getsockname(sockfd)
    const peer = this.#init.calls.getpeername(sockfd)
    const remote = peer.is === 'done' ? peer.value : wanted
    return {
      sockfd,
      domain,
      type,
      role,
      // A socket that is not bound has port 0.
      local: local.is === 'done' && local.value.port !== 0 ? addressOf(local.value) : null,
      remote: remote ? addressOf(remote) : null,
      sent,
      received,
    }
  }
}

function finished(result: LabResult): Attempt {
  return { is: 'settled', state: { is: 'done', result } }
}

/** The outcome of a call that returns 0 and never waits. */
function settled(result: CallResult<unknown>): Attempt {
  if (result.is === 'done') return finished({ value: 0 })
  return { is: 'settled', state: { is: 'failed', errno: result.is === 'failed' ? result.errno : 'EAGAIN' } }
}

function withoutPeer(attempt: Attempt): Attempt {
  if (attempt.is === 'again') return again(() => withoutPeer(attempt.attempt()))
  const { state } = attempt
  if (state.is !== 'done') return attempt
  const { peer: _unseen, ...result } = state.result
  return finished(result)
}

function again(attempt: () => Attempt): Attempt {
  return { is: 'again', attempt }
}

function endpointOf({ address, port }: LabAddress): Endpoint | undefined {
  try {
    return { address: parseIp(address), port }
  } catch {
    return undefined
  }
}

function addressOf({ address, port }: Endpoint): LabAddress {
  return { address: formatIp(address), port }
}
