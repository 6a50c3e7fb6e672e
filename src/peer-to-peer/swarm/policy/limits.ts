/** Constants of the scheduling policy, each with its reason. Times in milliseconds, sizes in bytes, rates per second. */

// --- the uplink ---

/**
 * What is handed to the network at once, by the uplink's rate: control messages on the same connection wait behind one block, which
 * should be few milliseconds; on fast links large blocks save CPU. The first is for the time before the rate is known.
 */
export const BLOCKS: ReadonlyArray<{ readonly below: number; readonly bytes: number }> = [
  { below: 1, bytes: 32 * 1024 },
  { below: 5e6 / 8, bytes: 8 * 1024 },
  { below: 15e6 / 8, bytes: 16 * 1024 },
  { below: 100e6 / 8, bytes: 32 * 1024 },
  { below: Number.POSITIVE_INFINITY, bytes: 64 * 1024 },
]
/** In progress at least this many blocks: some on the wire while others are acknowledged. */
export const MIN_BLOCKS = 4
/**
 * In progress at most what the uplink sends in this time. Less starves it, since acknowledgements queue in the receivers' own
 * uplinks and wait until a busy receiver comes to read; more makes many chunks late at once instead of one after the other.
 * Simulated, where nobody is ever busy, 50 ms do nearly as well; nine processes on two cores, in turns, took 1.15 and 1.18 × the bound
 * with 50, 1.12 and 1.11 with 90.
 */
export const IN_PROGRESS_MS = 90
/** The same where acknowledgements take long; see `InProgressTime`. */
export const MAX_IN_PROGRESS_MS = 2_000
/** On paths with a long round trip: that, and this much more, or the uplink would run empty. */
export const IN_PROGRESS_OVER_ROUND_TRIP_MS = 25
/** A round trip counted at most: a peer cannot talk us out of the limit with slow answers. */
export const MAX_ROUND_TRIP_MS = 250
/** The round trip of a path is the smallest of this and the last such time. */
export const ROUND_TRIP_EPOCH_MS = 30_000
/** The rate is the largest of this many windows: long enough to remember it through a lull, short enough to follow Wi-Fi. */
export const RATE_WINDOW_MS = 250
export const RATE_WINDOWS = 8
/** An unfinished window counts once it is this old: a fast LAN is not held back for the first quarter second. */
export const MIN_RATE_SAMPLE_MS = 60
/** Before anything is known: this many chunks, but no more than INITIAL_IN_PROGRESS_BYTES of large ones. */
export const INITIAL_CHUNKS = 3
export const INITIAL_IN_PROGRESS_BYTES = 1024 * 1024
/** At the start a round trip that brings this much more than the best one before shows that there was room; see `SlowStart`. */
export const SLOW_START_GAIN = 1.25
/** So many round trips without a gain, and the rate is known. */
export const SLOW_START_ROUNDS = 2
/** A round trip counted there at most: what is lost or given up is never acknowledged. */
export const SLOW_START_ROUND_MS = 1_000
/** One receiver of several may have this many chunks (of BACKED_UP_CHUNK_BYTES at most), or half the limit, unacknowledged. */
export const BACKED_UP_CHUNKS = 2
export const BACKED_UP_CHUNK_BYTES = 64 * 1024
/** A receiver that acknowledged nothing for this long holds no room of the uplink any more. */
export const STALLED_MS = 300

// --- spreading ---

/** A receiver may have this many pushes unacknowledged, whatever the limit: one arriving, one on its way. */
export const MIN_PUSHES = 2
/** Pushes out to one receiver, as a multiple of its even part of the uplink's limit: slack for an uneven moment. */
export const PUSH_SLACK = 1.5
/** A page that some receiver still lacks so long after its last copy went out is sent once more. */
export const PAGE_RELAY_MS = 750
/** A first copy not announced for this long after its last byte was acknowledged is handed out again. */
export const HAND_OUT_LANDS_MS = 10_000

// --- fetching ---

/** Requests at one holder at least: while one is served, the next waits there. */
export const MIN_SLOTS = 2
/** Requests at one holder at most, so that one fast holder does not collect everything. */
export const MAX_SLOTS = 128
/** Covers a holder's service of others between two of ours, on top of the round trip. */
export const SLOT_SLACK_MS = 100
/** Assumed until measured. */
export const ASSUMED_ROUND_TRIP_MS = 30
/** Candidates looked at for one request: rarest of a random sample this large is rare enough, and costs 1 µs. */
export const SAMPLE = 256
/** Candidates remembered per holder; beyond, the holder's bitmap is scanned on. */
export const MAX_CANDIDATES = 4_096
/** Bits of a bitmap scanned at once for further candidates. */
export const SCAN_BITS = 65_536
/** A part in flight is asked for a second time if the new holder would be this much faster. */
export const END_GAME_RATIO = 1.3
/** Memory of rates from a peer. */
export const RATE_MEMORY_MS = 500
/** Memory of the rate from all together. */
export const TOTAL_RATE_MEMORY_MS = 2_000
/** A holder that sent nothing for this many times the time its queue should take loses its requests … */
export const DEADLINE_FACTOR = 4
/** … but never sooner than this, … */
export const MIN_DEADLINE_MS = 2_000
/** … and before its rate is known after this, plus a part's time at SLOWEST_RATE. */
export const FIRST_DEADLINE_MS = 4_000
export const SLOWEST_RATE = 1e6 / 8
/** A holder is trusted with a part again after 1, 2, 4 … times this once it let DEADLINES_FORGIVEN deadlines pass. */
export const DISTRUST_MS = 5_000
export const MAX_DISTRUST_MS = 60_000
export const DEADLINES_FORGIVEN = 2
/** Default for what may be on its way to the disk: below the buffer memory of the app (64 MiB). */
export const MAX_INCOMING_BYTES = 48 * 2 ** 20
/** While pages are missing, chunks cannot be verified and stay in memory. */
export const MAX_UNVERIFIED_BYTES = 8 * 2 ** 20

// --- credit ---

/** Pushes a source may always have open here. The source's own window is tighter; this bounds memory. */
export const MIN_CREDIT_BYTES = 2 ** 20
export const MIN_CREDIT_PARTS = 2
/** Credit covers this much time of what the source sent lately: twice IN_PROGRESS_MS and a round trip. */
export const CREDIT_MS = 200
export const MAX_CREDIT_PARTS = 4_096
/** Pushes beyond the credit by more than this are not confusion but hostile. */
export const CREDIT_OVERDRAFT = 64

// --- control messages ---

/** What is not urgent waits this long for company: one control message costs about 70 µs of CPU. */
export const COALESCE_MS = 50
/** What only this node has, fresh from the source, or one of the last parts: the others wait for it. A request may take it along. */
export const FRESH_HAVE_MS = 15
/**
 * A source counts by `have` what others still lack of its first copies: told as soon as this, or SOURCE_HAVE_PARTS, have gathered, and
 * at once where parts are so slow that none would. Against 10 ms it saves a tenth of all messages with 8 receivers and half of them
 * with one, and costs nothing of the simulated time.
 */
export const SOURCE_HAVE_MS = 30
export const SOURCE_HAVE_PARTS = 4
/** A part that came from another receiver is there already: that there is one more holder is told with other news, or by then. */
export const RELAYED_HAVE_MS = 200
/** … or by the time in which so many more arrived. */
export const RELAYED_HAVE_PARTS = 16
/** To a peer that holds the part itself the news is worth nothing but the picture it shows. */
export const KNOWN_HAVE_MS = 1_000
/** With this few parts missing every `have` is urgent: the tail is what the last receiver waits for. */
export const URGENT_TAIL_PARTS = 64
/** Parts in one list of a message; the rest goes into the next. */
export const MAX_LIST = 4_096
/** Requests one peer may have waiting here; MAX_SLOTS of an honest one, with room. */
export const MAX_QUEUED_REQUESTS = 1_024
/** `have` remembered per peer before the root is known. */
export const MAX_EARLY_HAVE = 65_536
/** Deadlines, the end game and stalled receivers are looked at this often while anything is in flight. */
export const TICK_MS = 250
