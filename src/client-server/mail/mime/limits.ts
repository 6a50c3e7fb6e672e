/** Parts of one message, and levels of parts in parts: beyond them the rest is one part of plain bytes. */
export const MAX_PARTS = 1_000
export const MAX_DEPTH = 50

/** Fields of a head, and characters of one field that is taken apart; a field beyond it is treated as text. */
export const MAX_FIELDS = 2_000
export const MAX_STRUCTURED_LENGTH = 64 * 1024

/** Addresses of one field, and parameters of one. */
export const MAX_ADDRESSES = 1_000
export const MAX_PARAMETERS = 64

/** Characters of a multipart's boundary (RFC 2046 §5.1.1 says 70; some write more). */
export const MAX_BOUNDARY_LENGTH = 250

/** Bytes of one part decoded for a search or to be shown. */
export const MAX_DECODED_BYTES = 1024 * 1024

/** Bytes of text handed to a page for one message, and attachments named. */
export const MAX_SHOWN_BYTES = 512 * 1024
export const MAX_SHOWN_ATTACHMENTS = 100

/** Places of one message that may be a boundary and are looked at: most are none when somebody means to waste time. */
export const MAX_CANDIDATES = 20_000
