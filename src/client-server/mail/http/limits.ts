/** Messages of one page of a list, when not asked for fewer. */
export const MAX_LISTED = 200
export const DEFAULT_LISTED = 50

/** Characters of an Authorization field: the longest name and password in base64. */
export const MAX_AUTHORIZATION_LENGTH = 2_048

/**
 * A password that was right is not put through scrypt again for so long: a program asks for one message after another.
 * Milliseconds, and how many are remembered.
 */
export const REMEMBERED_MS = 60_000
export const MAX_REMEMBERED = 64
