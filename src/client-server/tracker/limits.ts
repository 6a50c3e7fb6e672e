/** Announcements kept: a school's laptops with hundreds of shares each, in some 60 MiB. */
export const MAX_ENTRIES = 100_000

/** Shares one peer may announce; beyond it the peer's own oldest goes. */
export const MAX_ENTRIES_PER_PEER = 2_048

/** An announcement is kept this long at most, and this long when the client does not choose. Milliseconds. */
export const MAX_LIFETIME_MS = 60 * 60_000
export const DEFAULT_LIFETIME_MS = 10 * 60_000

/** Clocks may differ by this much more than the lifetime. Milliseconds. */
export const CLOCK_SLACK_MS = 60_000

/** How often what has expired is removed; look-ups leave it out at once. Milliseconds. */
export const SWEEP_EVERY_MS = 15_000

/** Bytes of a signed announcement: sixteen long addresses and a URL fit, and it is refused before it is parsed. */
export const MAX_ENVELOPE_BYTES = 6 * 1024

/** Characters of a tracker's URL. */
export const MAX_URL_LENGTH = 512

/** Announcements in one request, and bytes of its body: sixty-four of the longest, in base64 and JSON. */
export const MAX_BATCH = 64
export const MAX_BODY_BYTES = 640 * 1024

/** Announcements in one request of our own client, which keeps them well below the limit. */
export const CLIENT_BATCH = 32

/** Peers named in one answer, chosen at random: more than anybody dials at once. */
export const MAX_PROVIDERS = 100

/** From one network address: announcements and look-ups at once, and a second in the long run. */
export const ANNOUNCES_AT_ONCE = 4_096
export const ANNOUNCES_PER_SECOND = 50
export const LOOKUPS_AT_ONCE = 500
export const LOOKUPS_PER_SECOND = 50

/** From one peer, wherever it calls from. */
export const PEER_ANNOUNCES_AT_ONCE = 4_096
export const PEER_ANNOUNCES_PER_SECOND = 20

/** Addresses and peers whose rates are remembered; the longest unseen are forgotten first. */
export const MAX_RATED = 8_192

/** Look-ups after a search begins, then the pause between later ones. Milliseconds. */
export const SEEK_AT_MS: readonly number[] = [0, 1_000, 2_000, 4_000, 8_000]
export const SEEK_EVERY_MS = 15_000

/** An announcement is renewed when this part of its life is over, ± a tenth by chance. */
export const RENEW_AFTER = 0.5

/** Whoever announces looks this often whether the tracker is still the one it announced to. Milliseconds. */
export const PROBE_EVERY_MS = 30_000

/** First and longest pause after a tracker did not answer; doubled each time, ± half by chance. Milliseconds. */
export const RETRY_FIRST_MS = 1_000
export const RETRY_MAX_MS = 30_000

/** A tracker on a LAN answers in milliseconds. Milliseconds. */
export const REQUEST_TIMEOUT_MS = 8_000

/** On the way out the tracker is told, but nobody waits longer for it. Milliseconds. */
export const WITHDRAW_TIMEOUT_MS = 1_000

/** Bytes of an answer: a hundred peers with sixteen addresses each. */
export const MAX_ANSWER_BYTES = 512 * 1024

/** Trackers asked at once. */
export const MAX_TRACKERS = 16
