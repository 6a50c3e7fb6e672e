/** Characters of an account's name. */
export const MAX_ACCOUNT_NAME_LENGTH = 48

/** Accounts of one laptop. */
export const MAX_ACCOUNTS = 100

/** scrypt (RFC 7914): cost, block size, lanes. 16 MiB and some 50 ms for each guess, also for whoever stole the file. */
export const SCRYPT_COST = 16_384
export const SCRYPT_BLOCK_SIZE = 8
export const SCRYPT_LANES = 1

/** Bytes of salt and key. */
export const SALT_BYTES = 16
export const KEY_BYTES = 32

/** Characters of a generated password, from an alphabet of 31: 99 bits. */
export const PASSWORD_LENGTH = 20

/** Characters of a password, and of a login, that are looked at. */
export const MIN_PASSWORD_LENGTH = 8
export const MAX_PASSWORD_LENGTH = 256
export const MAX_LOGIN_LENGTH = 320

/** Failures of one network address, or for one account, that are free. */
export const FREE_FAILURES = 5

/** The pause after the next one, doubled with each further, and its bound. Milliseconds. */
export const FIRST_PAUSE_MS = 2_000
export const MAX_PAUSE_MS = 15 * 60_000

/** Failures are forgotten after such a time without another. Milliseconds. */
export const FORGET_FAILURES_MS = 60 * 60_000

/** Addresses and accounts whose failures are remembered; the oldest are forgotten first. */
export const MAX_REMEMBERED = 4_096

/** Passwords checked at once: more wait, so that guessing does not take all of the machine. */
export const CHECKS_AT_ONCE = 2

/** Checks that may wait for their turn. */
export const MAX_WAITING_CHECKS = 64

/** A login that succeeded is known for so long without being computed again: mail programs log in every few minutes. Milliseconds. */
export const REMEMBER_LOGIN_MS = 10 * 60_000
