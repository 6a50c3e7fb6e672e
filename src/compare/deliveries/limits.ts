/** The part of a trial in which the recipient sleeps or the server is down: long enough to matter, with a good time before and after. */
export const TROUBLE_FROM = 0.3
export const TROUBLE_TO = 0.7
/** How often a mail reader that is awake asks its mailbox, ms: far more often than a person's, so that the delay is the servers'. */
export const PULL_MS = 100
/** Of the mail queue: pauses after attempts in vain, ms. In the world they are a hundred times as long, and so are the troubles. */
export const FIRST_RETRY_MS = 250
export const LONGEST_RETRY_MS = 1_000
/** After the last message: what has not arrived by then counts as not delivered, ms. */
export const GRACE_MS = 10_000
/** A direct message that finds nobody gives up after this, ms; a closed port says so at once. */
export const DIAL_MS = 2_000
/** An uncounted message goes both ways first, so that none waits for programs to be compiled; not longer than this, ms. */
export const WARM_UP_MS = 3_000
/** Its number, beyond all that are counted. */
export const WARM_UP_NUMBER = 1_000_000
/** How often progress is told, ms. */
export const TELL_MS = 300
