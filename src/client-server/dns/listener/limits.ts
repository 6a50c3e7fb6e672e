/** Octets of a query: a question of the longest name with EDNS and its options has a few hundred. Longer ones are dropped unread. */
export const MAX_QUERY_BYTES = 4_096

/** Octets asked of the system for datagrams that wait: a burst of a thousand queries. */
export const RECEIVE_BUFFER_BYTES = 1_048_576

/** Queries by UDP being answered at once; more are dropped, and asked again by whoever still wants to know. */
export const MAX_UDP_PENDING = 2_048

/** TCP connections at once, and from one address. */
export const MAX_CONNECTIONS = 256
export const MAX_CONNECTIONS_PER_ADDRESS = 16

/** Queries of one connection being answered at once (RFC 7766 §6.2.1.1); reading pauses beyond. */
export const MAX_PIPELINED = 64

/** A connection that asks nothing, or does not take its answers, is closed after this (RFC 7766 §6.2.3). Milliseconds. */
export const IDLE_TIMEOUT_MS = 10_000

/** Octets of answers a client has not taken; reading pauses beyond. */
export const MAX_UNSENT_BYTES = 262_144

/** A port free for UDP may be taken for TCP: so many others are tried. */
export const MAX_PORT_TRIES = 20
