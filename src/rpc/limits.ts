/** Version of the link's own framing; a page or command of another version is told so instead of misread. */
export const LINK_VERSION = 1

/** Longest frame a core accepts, characters: 64 addresses of 1 KiB and a link of 16 KiB, four times over. */
export const MAX_REQUEST_CHARS = 262_144

/** Longest frame a client accepts, characters: a snapshot of 10,000 shares of about 1 KiB. */
export const MAX_RESPONSE_CHARS = 16_777_216

/** Deepest nesting of a frame's JSON: the contract needs 8; 10⁵ levels would cost whoever walks them. */
export const MAX_DEPTH = 64

/**
 * Characters one side may have sent that the other has not acknowledged: holds a burst of snapshots, and is all that
 * piles up in a port or socket whose reader is stuck.
 */
export const LINK_WINDOW_CHARS = 1_048_576

/** Events of one iterator that may wait unread at the client: enough to keep a fast reader busy, few to throw away. */
export const EVENT_WINDOW = 32

/** Calls and open iterators of one link in the core: a page with every panel open uses about 10. */
export const MAX_ACTIVE_CALLS = 256

/** Calls a client has under way at a time; the rest wait their turn. Below the core's cap, so that honest clients never meet it. */
export const MAX_CLIENT_CALLS = 64

/** Iterators a client may keep open at a time; with the calls still below the core's cap. */
export const MAX_CLIENT_STREAMS = 128

/** Refusals that may wait to be sent: whoever goes on calling beyond the cap without reading is cut off. */
export const MAX_WAITING_REFUSALS = 64

/** Frames that cannot be understood before the link is closed: an honest peer sends none, a few may be a version's quirk. */
export const MAX_MALFORMED = 16

/** Longest path of a procedure, characters, and its segments. */
export const MAX_PATH_CHARS = 256

/** Milliseconds between the core's pings: a throttled background page still answers, since answering needs no timer. */
export const PING_EVERY_MS = 10_000

/** Milliseconds without any frame after which the other side counts as gone: three pings lost, and a little. */
export const SILENCE_MS = 35_000

/** Milliseconds to establish a connection before it counts as failed. */
export const CONNECT_TIMEOUT_MS = 10_000

/** First and longest wait before connecting again, milliseconds; doubled each time, with jitter of a half. */
export const RECONNECT_FIRST_MS = 250
export const RECONNECT_MAX_MS = 10_000

/** WebSocket: bytes of one message a core accepts (three per character of the longest request). */
export const MAX_SOCKET_PAYLOAD_BYTES = 3 * MAX_REQUEST_CHARS

/**
 * WebSocket: bytes waiting in the socket beyond which it is cut. The window keeps honest links far below; this is for
 * who elicits acknowledgements and never reads.
 */
export const MAX_SOCKET_BUFFERED_BYTES = 4 * (LINK_WINDOW_CHARS + MAX_RESPONSE_CHARS)

/** WebSocket: connections of one core: pages and commands of one person. */
export const MAX_SOCKETS = 64

/** Longest message of an error that crosses, characters: a sentence, not a dump. */
export const MAX_MESSAGE_CHARS = 1024
