/** How long a second process may hold the file. Milliseconds. */
export const DATABASE_BUSY_MS = 2_000

/** KiB of pages kept in memory. */
export const DATABASE_CACHE_KIB = 2_048

/** A message that passed so many servers goes round in circles (RFC 5321 §6.3). */
export const MAX_RECEIVED_FIELDS = 100

/** Bytes of a message's head that are looked at for its fields. */
export const MAX_HEAD_BYTES = 256 * 1024
