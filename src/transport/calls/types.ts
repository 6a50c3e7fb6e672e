import type { Endpoint } from '../demux/index.ts'

export type Domain = 'PF_INET' | 'PF_INET6'
export type SocketType = 'SOCK_STREAM' | 'SOCK_DGRAM'
export type ShutdownHow = 'SHUT_RD' | 'SHUT_WR' | 'SHUT_RDWR'

/** What the kernel answered. `would-block`: it cannot be done now, and a call that waits would wait. */
export type CallResult<T> =
  | { readonly is: 'done'; readonly value: T }
  | { readonly is: 'would-block' }
  | { readonly is: 'failed'; readonly errno: string }

/**
 * The socket calls of the operating system, as the textbook has them. No call waits: what would wait answers `would-block`, and
 * is called again.
 */
export interface SocketCalls {
  socket(domain: Domain, type: SocketType, protocol: number): CallResult<number>
  bind(sockfd: number, address: Endpoint): CallResult<void>
  listen(sockfd: number, backlog: number): CallResult<void>
  accept(sockfd: number): CallResult<{ sockfd: number; peer: Endpoint }>
  connect(sockfd: number, address: Endpoint): CallResult<void>
  /** How a `connect` that would block came out. */
  connected(sockfd: number): CallResult<void>
  write(sockfd: number, bytes: Uint8Array): CallResult<number>
  /** An empty array is the end of the stream. */
  read(sockfd: number, length: number): CallResult<Uint8Array>
  sendto(sockfd: number, bytes: Uint8Array, address: Endpoint): CallResult<number>
  recvfrom(sockfd: number, length: number): CallResult<{ bytes: Uint8Array; from: Endpoint }>
  shutdown(sockfd: number, how: ShutdownHow): CallResult<void>
  close(sockfd: number): CallResult<void>
  getsockname(sockfd: number): CallResult<Endpoint>
  getpeername(sockfd: number): CallResult<Endpoint>
}
