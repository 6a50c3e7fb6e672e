/** Bytes of a message that its notification returns whole; of a larger one the head alone. */
export const MAX_RETURNED_BYTES = 50_000

/** Characters of a server's answer that are quoted. */
export const MAX_DIAGNOSTIC_CHARS = 400
