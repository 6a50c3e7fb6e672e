/** Connections to one server (POP3 or IMAP) at once, and from one network address: a mail program opens up to five. */
export const MAX_CONNECTIONS = 256
export const MAX_CONNECTIONS_PER_ADDRESS = 24

/** Who has not logged in by then goes. Milliseconds. */
export const LOGIN_TIMEOUT_MS = 60_000

/** Failed logins on one connection, and commands nobody understands in a row. */
export const MAX_LOGIN_FAILURES = 3
export const MAX_BAD_COMMANDS = 10

/** Bytes read ahead of what was asked for; then the sender has to wait. */
export const READ_AHEAD_BYTES = 64 * 1024

/** Bytes written at once, and how long a client may take none of them. Milliseconds. */
export const WRITE_PIECE_BYTES = 256 * 1024
export const WRITE_STALLED_MS = 60_000

/** A TLS handshake takes a round trip or two. Milliseconds. */
export const HANDSHAKE_TIMEOUT_MS = 20_000

/** How long a session may take to say goodbye when the server stops. Milliseconds. */
export const STOP_GRACE_MS = 1_000

/** Characters of a login name and of a password. */
export const MAX_LOGIN_LENGTH = 320
export const MAX_PASSWORD_LENGTH = 512

/** Lines of a recorded session from its beginning and its end, and characters of each. */
export const RECORDED_HEAD_LINES = 24
export const RECORDED_TAIL_LINES = 40
export const RECORDED_LINE_LENGTH = 160

/** Messages one recorded session names. */
export const RECORDED_MESSAGES = 32

/** After the last reply: time to read it before the connection goes. Milliseconds. */
export const LINGER_MS = 5_000
