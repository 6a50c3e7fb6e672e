/** How long a piece is on the link, milliseconds: every connection of the process has its turn in between. */
export const PIECE_MS = 10
/** … but no larger: what a fast link carries in that time would leave the system's hands in one go. */
export const MAX_PIECE_BYTES = 32 * 1024
/** … and no smaller, or a slow link would cost more than it carries. */
export const MIN_PIECE_BYTES = 2 * 1024
/**
 * How late a timer may fire and the time still be made up for, milliseconds: what is queued does not wait for a busy processor.
 * Longer, and a process that was held for a moment would send in bursts that no link carries.
 */
export const MAX_LATE_MS = 60
/**
 * A link with nothing queued for so long was idle, milliseconds: that time is lost. Below it lies the way of a write through
 * the system and back, which takes a moment on a busy machine.
 */
export const IDLE_MS = 10
/** Air asked for at a time on a shared medium, bytes: more would let one process hold it for long. */
export const AIR_GRANT_BYTES = 32 * 1024
/** A read of so many bytes is more than a control message or an acknowledgement. */
export const BULK_BYTES = 1024
