/** Characters of one command without its literals: long lists of UIDs are common. */
export const MAX_COMMAND_LENGTH = 64 * 1024

/** The same, and bytes of its literals, before anybody has logged in. */
export const MAX_LOGIN_COMMAND_LENGTH = 8 * 1024

/** Bytes of all literals of one command; APPEND may bring a message besides. Number of literals in one command. */
export const MAX_LITERAL_BYTES = 64 * 1024
export const MAX_LITERALS = 64

/** A literal sent without asking first (RFC 7888 LITERAL-); up to the second bound a longer one is read and refused. */
export const MAX_UNASKED_LITERAL_BYTES = 4_096
export const MAX_SKIPPED_LITERAL_BYTES = 1024 * 1024

/** Bytes of messages being put in at once, over all connections. */
export const MAX_APPENDING_BYTES = 128 * 1024 * 1024

/** Ranges of one set of messages, characters of a pattern of names. */
export const MAX_RANGES = 16_384
export const MAX_PATTERN_LENGTH = 400

/** Search keys of one command, and levels of them in each other. */
export const MAX_SEARCH_KEYS = 200
export const MAX_SEARCH_DEPTH = 20

/** Items of one FETCH, fields of one HEADER.FIELDS, numbers of one part's path, pairs of ID. */
export const MAX_FETCH_ITEMS = 100
export const MAX_HEADER_FIELDS = 200
export const MAX_PART_PATH = 60
export const MAX_ID_PAIRS = 30

/** A client that says nothing for so long is logged out; RFC 3501 §5.4 asks for at least thirty minutes. Milliseconds. */
export const IDLE_MS = 31 * 60_000

/** Messages whose state is changed in one commit, or that are looked through before others get their turn. */
export const MESSAGES_AT_ONCE = 50

/** Bytes of answers collected before they are sent. */
export const ANSWER_PIECE_BYTES = 128 * 1024
