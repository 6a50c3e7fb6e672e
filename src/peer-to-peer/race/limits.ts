/** Bounds of races across laptops, each with its reason. Sizes in bytes, times in milliseconds. */

/** One stream for a whole race between two laptops: invitation, consent, rates, start, samples. */
export const RACE_PROTOCOL = '/shoal/race/1'
/** A sample names at most every laptop of the race; the rest is small. */
export const MAX_RACE_FRAME = 16 * 1024
/** Laptops of one race: a class. */
export const MAX_RACE_LAPTOPS = 64
/** Of a file to be raced with: a minute at gigabit. */
export const MAX_RACE_SIZE = 2 ** 30
/** Runs somebody may ask for with one consent: two modes, five times. */
export const MAX_RACE_RUNS = 16
/** Invitations that wait for a person at a time; one from each laptop. */
export const MAX_INVITATIONS = 8
/** A person who has not answered by then is not there. */
export const ANSWER_TIMEOUT_MS = 60_000
/** After the stream was opened the invitation follows at once. */
export const INVITE_TIMEOUT_MS = 10_000
/** Streams of races with one laptop at a time: one, and one that is just ending. */
export const MAX_RACE_STREAMS = 2
/** Frames from one laptop in a second: ten samples and what else there is; and at once, after its network stood still for a minute. */
export const MAX_FRAMES_PER_SECOND = 60
export const MAX_FRAMES_AT_ONCE = 1_000

/** A stream that does not take what was sent in so long is cut instead of closed. Milliseconds. */
export const CLOSE_TIMEOUT_MS = 3_000
