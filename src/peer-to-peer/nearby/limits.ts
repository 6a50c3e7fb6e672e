/** One message: a hundred shares with links of half a kilobyte. Kept per connected peer, so 200 laptops cost 13 MiB at worst. */
export const MAX_NEARBY_BYTES = 64 * 1024

/** Shares listed openly by one laptop; more would be a file server's index. */
export const MAX_LISTED_SHARES = 100

/** What a laptop is called, characters: one line in a list. */
export const MAX_PEER_NAME = 64

/** A version like 1.2.3-beta.4, characters. */
export const MAX_VERSION = 32

/** A message is a few kilobytes: who takes longer does not mean to send one. Milliseconds. */
export const RECEIVE_TIMEOUT_MS = 10_000
export const SEND_TIMEOUT_MS = 10_000

/** Streams a peer may have open at once: one message each, and one that is being replaced by the next. */
export const MAX_INBOUND_STREAMS = 4
export const MAX_OUTBOUND_STREAMS = 4

/** Messages a peer may send at once, and the time in which it earns one more (ms). Honest ones are coalesced. */
export const MESSAGE_BURST = 10
export const MESSAGE_EVERY_MS = 1_000

/** Changes within this go out as one message. Milliseconds. */
export const COALESCE_MS = 300

/** To one peer, one message in this time at most: what it tolerates for ever. Milliseconds. */
export const SEND_EVERY_MS = 1_000

/** A message that did not get through is sent again after this, so many times; then the next change will do. Milliseconds. */
export const RETRY_MS = 5_000
export const MAX_RETRIES = 3
