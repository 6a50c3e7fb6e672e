/** How often the app's own connections are read while somebody looks at them. Milliseconds. */
export const CONNECTIONS_EVERY_MS = 1_000

/** Connections listed; beyond it those with the fewest bytes are left out. */
export const MAX_CONNECTIONS = 500

/** Streams named of one connection. */
export const MAX_STREAMS = 64
