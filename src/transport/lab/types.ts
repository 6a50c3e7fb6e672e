import type { Domain, ShutdownHow, SocketType } from '../calls/index.ts'

/** What is sent: typed text, or so many bytes of filler. */
export type LabData =
  { readonly is: 'text'; readonly text: string } | { readonly is: 'filler'; readonly bytes: number }

/** An address and port as they are typed and shown. */
export interface LabAddress {
  readonly address: string
  readonly port: number
}

/** A call of the socket interface with its arguments. */
export type LabCall =
  | { readonly call: 'socket'; readonly domain: Domain; readonly type: SocketType; readonly protocol: number }
  | ({ readonly call: 'bind'; readonly sockfd: number } & LabAddress)
  | { readonly call: 'listen'; readonly sockfd: number; readonly backlog: number }
  | { readonly call: 'accept'; readonly sockfd: number }
  | ({ readonly call: 'connect'; readonly sockfd: number } & LabAddress)
  | { readonly call: 'write'; readonly sockfd: number; readonly data: LabData }
  | { readonly call: 'read'; readonly sockfd: number; readonly length: number }
  | ({ readonly call: 'sendto'; readonly sockfd: number; readonly data: LabData } & LabAddress)
  | { readonly call: 'recvfrom'; readonly sockfd: number; readonly length: number }
  | { readonly call: 'shutdown'; readonly sockfd: number; readonly how: ShutdownHow }
  | { readonly call: 'close'; readonly sockfd: number }

/** Bytes that arrived, as far as they are shown. */
export interface LabReceived {
  readonly bytes: number
  /** UTF-8 where it is; else dots for what is not printable. */
  readonly text: string
}

/** What a call returned. `value` is what C would see: a descriptor, a number of bytes, or 0. */
export interface LabResult {
  readonly value: number
  /** Of `accept` and `recvfrom`: who is at the other end. */
  readonly peer?: LabAddress
  readonly received?: LabReceived
}

/** Why the lab itself would not make a call. */
export type Refusal =
  | 'loopback-only'
  | 'broadcast'
  | 'forbidden-port'
  | 'bad-address'
  | 'family-mismatch'
  | 'unknown-descriptor'
  | 'too-many-sockets'
  | 'too-many-bytes'
  | 'too-many-steps'
  | 'process-blocked'
  | 'process-ended'

export type LabStepState =
  | { readonly is: 'running' }
  /** The kernel cannot do it yet; the process waits in this call. */
  | { readonly is: 'blocked' }
  | { readonly is: 'done'; readonly result: LabResult }
  /** The call returned −1. */
  | { readonly is: 'failed'; readonly errno: string }
  /** A person let the process out of its call, as a signal would. */
  | { readonly is: 'interrupted' }
  | { readonly is: 'refused'; readonly why: Refusal }

/** One call of a process, and how it went. */
export interface LabStep {
  readonly id: number
  readonly call: LabCall
  readonly state: LabStepState
}

/** An open socket of a process, as `getsockname` and `getpeername` tell it. */
export interface LabDescriptor {
  readonly sockfd: number
  readonly domain: Domain
  readonly type: SocketType
  readonly role: 'socket' | 'listening' | 'accepted'
  readonly local: LabAddress | null
  /** The peer; while `connect` waits, whom it is to be. */
  readonly remote: LabAddress | null
  readonly sent: number
  readonly received: number
}

/** What a process of the lab is told … */
export type EndRequest =
  | { readonly is: 'call'; readonly id: number; readonly call: LabCall }
  | { readonly is: 'interrupt' }
  /** Closes all sockets; a thread's would otherwise outlive it. */
  | { readonly is: 'end' }

/** … and what it tells. */
export type EndReport =
  | { readonly is: 'ready'; readonly pid: number; readonly calls: 'system' | 'none' }
  | {
      readonly is: 'step'
      readonly id: number
      readonly state: LabStepState
      /** As they are after it. */
      readonly descriptors: readonly LabDescriptor[]
    }
