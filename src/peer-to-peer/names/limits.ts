/** Octets of a signed record: sixteen long addresses fit, and it is refused before it is parsed. */
export const MAX_RECORD_BYTES = 4 * 1024

/** Characters of a label (RFC 1035 §2.3.4): the same names as in DNS. */
export const MAX_LABEL = 63

/** A record lives this long, and its owner puts it again when half of that is over. Milliseconds. */
export const LIFETIME_MS = 30 * 60_000
export const RENEW_MS = 15 * 60_000

/** Clocks may differ by this much more. Milliseconds. */
export const CLOCK_SLACK_MS = 2 * 60_000

/** Names whose first owner is remembered; the longest unseen are forgotten first. */
export const MAX_HELD = 4_096

/** One walk to put or to look up ends after this long. Milliseconds. */
export const PUT_TIMEOUT_MS = 20_000
export const FIND_TIMEOUT_MS = 10_000

/**
 * The record is put this long after the name or the addresses changed or the first neighbours came, up to half as long
 * again by chance: putting it speaks to everybody, and a class that begins together has better things to do. For further
 * neighbours the pause doubles each time. Milliseconds.
 */
export const PUT_AFTER_MS = 20_000

/** A laptop that is transferring puts it that much later, but not for ever. Milliseconds. */
export const MAX_PUT_OFF_MS = 5 * 60_000

/** Steps of a look-up that are told. */
export const MAX_STEPS = 200
