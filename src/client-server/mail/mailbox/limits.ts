/** Bytes one account may hold, all folders together: a laptop's disk is not a data centre's. */
export const DEFAULT_QUOTA_BYTES = 1024 * 1024 * 1024

/** Bytes of one message put in by a mail program; SMTP takes no more either. */
export const MAX_MESSAGE_BYTES = 25 * 1024 * 1024

/** Bytes of a message's head: kept apart, so that lists of messages never read a body. */
export const MAX_HEAD_BYTES = 256 * 1024

/** Messages of one folder: their index is in memory while somebody looks at it, some 200 bytes each. */
export const MAX_MESSAGES_PER_FOLDER = 100_000

/** Folders of one account, characters of a folder's whole name, and names in it between slashes. */
export const MAX_FOLDERS = 200
export const MAX_FOLDER_NAME_LENGTH = 200
export const MAX_FOLDER_DEPTH = 10

/** Names an account may be subscribed to; they need not exist (RFC 3501 §6.3.6). */
export const MAX_SUBSCRIPTIONS = 400

/** Keywords on one message, in one folder, and characters of one. */
export const MAX_KEYWORDS_PER_MESSAGE = 32
export const MAX_KEYWORDS_PER_FOLDER = 100
export const MAX_KEYWORD_LENGTH = 64

/** A double is known for this long after its first copy came, deleted or not: longer than any queue tries. Milliseconds. */
export const DOUBLES_KNOWN_MS = 7 * 24 * 60 * 60_000

/** Opened folders kept though nobody looks at them; each costs its index again to open. */
export const IDLE_FOLDERS_KEPT = 8

/** The page cache of the database, KiB, and how long to wait for its lock, milliseconds. */
export const DATABASE_CACHE_KIB = 8 * 1024
export const DATABASE_BUSY_MS = 5_000
