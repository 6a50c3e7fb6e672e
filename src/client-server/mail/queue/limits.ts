/** Messages sent over one connection before it is closed. */
export const MAX_MESSAGES_PER_CONNECTION = 200

/** A connection nobody uses is kept this long for the next message. Milliseconds. */
export const KEEP_CONNECTION_MS = 5_000

/** Connections to one destination, and messages on their way at once. */
export const MAX_CONNECTIONS_PER_DESTINATION = 4
export const MAX_ATTEMPTS_AT_ONCE = 20

/** Recipients named in one transaction: what every server must take (RFC 5321 §4.5.3.1.8). */
export const MAX_RECIPIENTS_PER_TRANSACTION = 100

/** Servers of one domain, and addresses of one server, that are tried in one attempt. */
export const MAX_SERVERS_TRIED = 5
export const MAX_ADDRESSES_TRIED = 4

/** Messages that wait; beyond it nobody's mail is taken for others. */
export const MAX_QUEUED_MESSAGES = 10_000

/** Bytes of all messages that wait. */
export const MAX_QUEUED_BYTES = 2 * 1024 * 1024 * 1024

/** Finished messages of which is still known what became of them. */
export const KEPT_FINISHED = 1_000

/** Steps kept of one message; of many tries in vain the latest. */
export const MAX_STEPS = 60

/** Messages in one answer to whoever looks at the queue. */
export const MAX_LISTED = 500

/** Recipients taken up in one go. */
export const TAKEN_AT_ONCE = 200

/** A queue whose disk fails tries again after this pause. Milliseconds. */
export const DISK_PAUSE_MS = 5_000

/** Milliseconds that attempts under way are given when the queue stops. */
export const STOP_GRACE_MS = 1_000
