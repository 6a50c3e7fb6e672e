/** Octets of one label: its length is told in six bits (RFC 1035 §2.3.4). */
export const MAX_LABEL_BYTES = 63

/** Octets of a name on the wire, with every length octet and the root's (RFC 1035 §2.3.4). */
export const MAX_NAME_BYTES = 255

/** Characters of a name in text: 255 octets written as `\ddd` and their dots. Refused before it is read. */
export const MAX_NAME_TEXT = 1_024

/** A name has at most 127 labels, so no honest encoder needs more pointers; a longer chain only costs time. */
export const MAX_POINTERS = 127

/** Octets of a message: TCP tells its length in sixteen bits (RFC 1035 §4.2.2). */
export const MAX_MESSAGE_BYTES = 65_535

/** Octets of a UDP answer to whoever says nothing about larger ones (RFC 1035 §4.2.1). */
export const PLAIN_UDP_BYTES = 512

/** Octets of a UDP answer at most: IPv6's smallest link carries it in one piece, so nothing is fragmented. */
export const MAX_UDP_BYTES = 1_232

/** A pointer's offset has fourteen bits: names beyond are not pointed to (RFC 1035 §4.1.4). */
export const MAX_POINTER_OFFSET = 0x3fff

/** Seconds of a time to live: the sign bit is not used (RFC 2181 §8). */
export const MAX_TTL = 0x7fff_ffff
