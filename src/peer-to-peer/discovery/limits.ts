/** Peers remembered at once; a room has 200 laptops, and anybody may invent more. */
export const MAX_KNOWN_PEERS = 1024

/** Addresses kept of one peer: a laptop has a handful. */
export const MAX_ADDRESSES = 12

/** Dials at once: handshakes cost CPU, and a source may name hundreds of peers in one second. */
export const MAX_DIALS = 12

/** Connections to people who merely are on the network; below the node's limit, so that members of a share still fit. */
export const MAX_AMBIENT_CONNECTIONS = 256

/** First and longest pause after a failed dial; doubled each time, ± half by chance. Milliseconds. */
export const BACKOFF_FIRST_MS = 1_000
export const BACKOFF_MAX_MS = 5 * 60_000

/** Longest pause for a peer somebody needs now: a source that comes back must not wait minutes. Milliseconds. */
export const BACKOFF_WANTED_MAX_MS = 15_000

/** A peer counts as needed this long after a search or a person named it. Milliseconds. */
export const WANTED_FOR_MS = 60_000

/** New addresses end a pause, but not more often than this: anybody may invent addresses. Milliseconds. */
export const NEWS_EVERY_MS = 1_000

/** A dial that neither succeeds nor fails is given up. Milliseconds. */
export const DIAL_TIMEOUT_MS = 20_000

/**
 * When both sides see each other at once, the one with the greater peer id lets the other begin. Where laptops are busy
 * a dial takes its time, and most pairs had two connections. Milliseconds.
 */
export const COURTESY_MS = 2_000

/** After a lost connection to somebody seen this recently, one new try. Milliseconds. */
export const RECONNECT_WITHIN_MS = 3 * 60_000

/** Look-ups in the DHT after a search begins, then the pause between later ones. Milliseconds. */
export const FIND_AT_MS: readonly number[] = [0, 500, 1_000, 2_000, 4_000]
/** With hints in the link: only once they had time to answer. */
export const FIND_AT_WITH_HINTS_MS: readonly number[] = [5_000]
/** And then again every so often, in milliseconds. */
export const FIND_EVERY_MS = 30_000
/** Who knows members looks one of so many times, at a time of its own: a class that began together would look together. */
export const FIND_SELDOM = 4

/** Who came by a hint is in good company already: it is announced once the rush is over. Milliseconds. */
export const PROVIDE_WITH_HINTS_MS = 20_000
/** … and not all of a class at once: up to so much later. Milliseconds. */
export const PROVIDE_SPREAD_MS = 40_000

/** A look-up or announcement on a LAN takes milliseconds; alone, the library would wait for ever. Milliseconds. */
export const FIND_TIMEOUT_MS = 8_000
export const PROVIDE_TIMEOUT_MS = 20_000

/** Announcements wait this long for more of a growing routing table. Milliseconds; doubled up to the maximum. */
export const PROVIDE_COALESCE_MS = 250
export const PROVIDE_COALESCE_MAX_MS = 16_000

/** Announcements at once: each asks up to 20 peers. */
export const MAX_PROVIDES = 4

/** Providers taken from one look-up. */
export const MAX_PROVIDERS = 100

/** Hints and typed addresses are offered again this often while somebody looks. Milliseconds. */
export const HINT_EVERY_MS = 10_000

/** Hints of one share, addresses typed by people: more are ignored. */
export const MAX_HINTS = 32
export const MAX_TYPED = 32

/** Peers kept for the next start. */
export const MAX_REMEMBERED = 64

/** Peers not met for this long are forgotten. Milliseconds. */
export const REMEMBER_FOR_MS = 30 * 24 * 3600_000

/** One remembered peer on disk: id, time and addresses. Characters. */
export const MAX_REMEMBERED_TEXT = 4096

/** A peer seen again is written again only after this long. Milliseconds. */
export const REMEMBER_AGAIN_MS = 10 * 60_000

/** Longest address a person may type. Characters. */
export const MAX_TYPED_LENGTH = 1024

/** Peers counted per source for display. */
export const MAX_COUNTED = 10_000
