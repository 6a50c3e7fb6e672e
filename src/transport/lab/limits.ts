/** Processes of one lab: a server and three clients show a full queue and more than one conversation. */
export const MAX_ENDS = 4

/** Open descriptors of one process of the lab. */
export const MAX_DESCRIPTORS = 16

/** Calls remembered of one process; the lab is begun anew after that. */
export const MAX_STEPS = 120

/** Bytes one call may send. More than a UDP datagram's 65,507, so that EMSGSIZE can be met; enough to fill a socket's buffers. */
export const MAX_WRITE_BYTES = 8 * 1024 * 1024

/** Bytes one call may ask for: the largest datagram. */
export const MAX_READ_BYTES = 65_536

/** Of what was read, the bytes that are shown. */
export const MAX_SHOWN_BYTES = 1_024

/** Bytes all processes of one lab may send in its life. */
export const MAX_LAB_BYTES = 64 * 1024 * 1024

/** A call that would block is made again this often: quicker than the eye, and no load. Milliseconds. */
export const RETRY_EVERY_MS = 15

/** How often the system's table is read while a lab is watched. Milliseconds. */
export const TABLE_EVERY_MS = 300

/** Labs open at once in one core: a page has one. */
export const MAX_LABS = 4

/** Ports of the old echo, chargen and DNS: a datagram sent there may be answered for ever (RFC 862, RFC 864; CERT CA-1996-01). */
export const FORBIDDEN_PORTS: readonly number[] = [7, 19, 53]
