/** Changes are told at most so often. Milliseconds. */
export const GATHER_MS = 200

/** Messages of the queue that wait, and that are done, told at once. */
export const SHOWN_WAITING = 100
export const SHOWN_FINISHED = 50

/** Bytes of a message's source that are shown. */
export const MAX_SHOWN_SOURCE_BYTES = 512 * 1024

/** Bytes of text that fit in base64 into the 75 characters of one encoded word (RFC 2047 §2). */
export const ENCODED_WORD_TEXT_BYTES = 45

/** Characters of a line that is written as it is; longer ones are encoded. */
export const MAX_PLAIN_LINE_CHARS = 900

/** Characters of a subject in the name of a saved message. */
export const MAX_SUBJECT_IN_NAME = 60
