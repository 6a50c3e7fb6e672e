/** Bytes of a message, told by SIZE (RFC 1870). Larger things travel as shares, by their link. */
export const MAX_MESSAGE_BYTES = 25 * 1024 * 1024

/** Recipients of one message: what RFC 5321 §4.5.3.1.8 asks for at least. */
export const MAX_RECIPIENTS = 100

/** Bytes of a command line with its line end: 512 of RFC 5321 §4.5.3.1.4, and room for the parameters of extensions. */
export const MAX_COMMAND_BYTES = 2_048

/** Bytes of a line of AUTH, RFC 4954 §4. */
export const MAX_AUTH_LINE_BYTES = 12_288

/** Bytes of a line that is too long which are read over before the connection is given up. */
export const MAX_SKIPPED_BYTES = 64 * 1024

/** Bytes of a text line. RFC 5321 §4.5.3.1.6 asks for 1,000 at least; programs that never wrap send more. */
export const MAX_TEXT_LINE_BYTES = 16 * 1024

/** Of a message that is too large so many times the limit is read over, so that its sender can read the answer. */
export const MAX_OVERSIZE_FACTOR = 2

/** Bytes kept unread of a client that goes on talking while it should wait. */
export const MAX_PENDING_BYTES = 256 * 1024

/** Commands in error, and logins refused, before a session is ended. */
export const MAX_BAD_COMMANDS = 10
export const MAX_BAD_LOGINS = 3

/** Messages of one session, then the client is asked to connect again. */
export const MAX_MESSAGES_PER_SESSION = 1_000

/** Sessions at once, and of one network address. */
export const MAX_SESSIONS = 200
export const MAX_SESSIONS_PER_SOURCE = 20

/** Bytes of all messages that are being received at once. */
export const MAX_RECEIVING_BYTES = 256 * 1024 * 1024

/** Servers wait this long for a command or more of a message: RFC 5321 §4.5.3.2.7. Milliseconds. */
export const SERVER_IDLE_MS = 5 * 60_000

/** A message that has arrived waits so long for others that are on their way, to share a commit. Milliseconds. */
export const MAX_TOGETHER_MS = 3

/** A TLS handshake takes a few round trips. Milliseconds. */
export const HANDSHAKE_MS = 15_000

/** After the last reply, so long for the client to read it and close. Milliseconds. */
export const LINGER_MS = 2_000

/** Milliseconds for sessions to end by themselves when the server stops. */
export const STOP_GRACE_MS = 1_000

/** Lines and characters of one kept line of a dialogue, for each message. */
export const MAX_DIALOGUE_LINES = 160
export const MAX_DIALOGUE_LINE_CHARS = 512

/** How long a client waits: for a connection, a greeting or reply, the answer to DATA, and to the whole message (RFC 5321 §4.5.3.2; a LAN is quicker). Milliseconds. */
export const CONNECT_MS = 15_000
export const REPLY_MS = 5 * 60_000
export const DATA_REPLY_MS = 2 * 60_000
export const MESSAGE_REPLY_MS = 10 * 60_000

/** On the way out nobody waits long for the answer to QUIT. Milliseconds. */
export const QUIT_MS = 1_000

/** Bytes of one line of a reply, and lines of one: 512 of RFC 5321 §4.5.3.1.5, and servers that say more. */
export const MAX_REPLY_LINE_BYTES = 2_048
export const MAX_REPLY_LINES = 100
