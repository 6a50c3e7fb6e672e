const KIB = 1024

/** Request line and header fields: a path of 1024 bytes, percent-encoded, and a browser's cookies still fit. */
export const MAX_HEADER_BYTES = 16 * KIB

/** Header fields of one request; browsers send about twenty. */
export const MAX_HEADER_FIELDS = 64

/** Characters of a request target: a CID, a path of 1024 bytes in percent-escapes, and a query. */
export const MAX_TARGET_LENGTH = 4 * KIB

/** Connections at once: a lecture hall with a few connections each; more would only share the same uplink. */
export const MAX_CONNECTIONS = 512

/** Connections at once from one address: a download manager opens up to sixteen, a browser six. */
export const MAX_CONNECTIONS_PER_ADDRESS = 32

/** The request's head must be there within this time, or slow clients could hold every connection. Milliseconds. */
export const HEADERS_TIMEOUT_MS = 10_000

/** The whole request; ours have no body worth naming. Milliseconds. */
export const REQUEST_TIMEOUT_MS = 30_000

/** How often the two above are looked at. Milliseconds. */
export const TIMEOUT_CHECK_MS = 2_000

/** A connection without a request is kept this long for the next one. Milliseconds. */
export const KEEP_ALIVE_MS = 15_000

/** A client that takes nothing for this long is gone, or a paused download, which resumes by Range. Milliseconds. */
export const STALLED_MS = 120_000

/** Transfers under way may end within this time when the server stops. Milliseconds. */
export const SHUTDOWN_GRACE_MS = 5_000

/** How often connections that have become idle are closed meanwhile. Milliseconds. */
export const SHUTDOWN_POLL_MS = 50

/** Bytes read from the share at a time while few transfers are under way. */
export const BLOCK_BYTES = 512 * KIB

/** Shorter stretches are read through the store's cache: many of them lie in one unit of it. */
export const MIN_DIRECT_BYTES = 64 * KIB

/** Blocks of memory kept for the next transfer. */
export const MAX_SPARE_BLOCKS = 32

/** Blocks read ahead of the one being written, and blocks given to the socket that the system has not taken. */
export const BLOCKS_AHEAD = 2
export const BLOCKS_UNSENT = 2

/** Above this many transfers at once each makes do with one smaller block, so that memory stays bounded. */
export const MANY_TRANSFERS = 24
export const SMALL_BLOCK_BYTES = 256 * KIB

/** With a limit on what is sent, blocks are small, so that it is kept evenly. */
export const PACED_BLOCK_BYTES = 32 * KIB

/** Small pieces of an archive are put together up to this size before they go to the socket. */
export const COALESCE_BYTES = 128 * KIB

/** Decoded pages of entries kept over all shares; each is at most about a mebibyte. */
export const MAX_CACHED_PAGES = 24

/** Archives whose lengths are kept; computing one reads every entry of the folder. */
export const MAX_CACHED_ARCHIVES = 32

/** Rows of one page of a folder: quick to load on a phone, and bounded work for a request. */
export const ROWS_PER_PAGE = 200

/** Shares shown on the first page. */
export const MAX_LISTED_SHARES = 200

/** Wrong spoken addresses from one network address, then from all together, in a minute: guessing takes days. */
export const SHORT_MISSES_PER_ADDRESS = 20
export const SHORT_MISSES = 300
export const SHORT_WINDOW_MS = 60_000

/** Network addresses whose misses are counted. */
export const MAX_GUESSERS = 4_096

/** Clients are asked to come back after this long for what has not arrived here yet. Seconds. */
export const RETRY_AFTER_SECONDS = 5

/** A server answers a request within this time, or is taken to be gone. Milliseconds. */
export const ANSWER_TIMEOUT_MS = 10_000

/** No byte of a body for this long: the connection is dead. Milliseconds. */
export const SILENCE_TIMEOUT_MS = 15_000

/** First and longest pause before a lost connection is made again; doubled each time, ± half by chance. Milliseconds. */
export const RETRY_FIRST_MS = 250
export const RETRY_MAX_MS = 8_000

/** Without the share's root a server is given up after this long. Milliseconds. */
export const GIVE_UP_MS = 60_000

/** Chunks handed to the disk that are not written yet: the next one is received meanwhile. */
export const MAX_WRITES = 2

/** A server may ask to be left alone this long at most. Milliseconds. */
export const MAX_RETRY_AFTER_MS = 30_000

/** Of several addresses of a server the next one is tried after this long without an answer (RFC 8305 §5). Milliseconds. */
export const NEXT_SERVER_MS = 250
