/** Messages of one page of a list, when not asked for fewer. */
export const MAX_LISTED = 200
export const DEFAULT_LISTED = 50

/** Characters of an Authorization field: the longest name and password in base64. */
export const MAX_AUTHORIZATION_LENGTH = 2_048

/** Bytes of an answer our own reader takes: a message's text is bounded well below. */
export const MAX_RESPONSE_BYTES = 8 * 1024 * 1024

/** A mail server on this very machine answers at once or not. Milliseconds. */
export const REQUEST_TIMEOUT_MS = 10_000

/** The same for a file of a message: larger than any message that is taken. */
export const MAX_FILE_BYTES = 32 * 1024 * 1024
