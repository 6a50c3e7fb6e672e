/** Characters of a command line (RFC 2449 §4 says 255 with its end), and of a line of AUTH. */
export const MAX_COMMAND_LENGTH = 255
export const MAX_AUTH_LENGTH = 2_048

/** A client that says nothing for so long is logged out; RFC 1939 §3 asks for at least ten minutes. Milliseconds. */
export const IDLE_MS = 10 * 60_000

/** Listings go out in pieces of so many lines: the event loop belongs to others too. */
export const LINES_AT_ONCE = 2_000
