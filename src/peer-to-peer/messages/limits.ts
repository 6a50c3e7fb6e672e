/** A note: about a printed page, characters. What is longer is a file, and files are shared. */
export const MAX_NOTE = 4_000

/** One message: a note of three-byte letters (12 KB) and a link (8 KB), bytes. */
export const MAX_MESSAGE_BYTES = 24 * 1024
/** An answer is one word, bytes. */
export const MAX_REPLY_BYTES = 128

/** A stream brings a few kilobytes: who takes longer does not mean to send them, ms. */
export const RECEIVE_TIMEOUT_MS = 10_000
/** Delivered now or not at all: a person waits this long for the word that it arrived, ms. */
export const SEND_TIMEOUT_MS = 10_000

/** Streams one peer may have open at once: a note, an offer, and reports on what it downloads. */
export const MAX_INBOUND_STREAMS = 8
export const MAX_OUTBOUND_STREAMS = 8

/** Messages one peer may send at once, and the time in which it earns one more (ms): faster than people type. */
export const PEER_BURST = 20
export const PEER_EVERY_MS = 1_000
/** The same for all strangers together: a class says hello at once, but new identities cost nothing. */
export const STRANGERS_BURST = 60
export const STRANGERS_EVERY_MS = 2_000
/** Peers whose allowance is kept; who was silent for longest makes room. */
export const MAX_ALLOWANCES = 1_024

/** Words that stand for an identity: 6 of 2048 are 66 bits, beyond what can be made to match by trying keys. */
export const IDENTITY_WORDS = 6
