/** Bounds of the swarm protocol, each with its reason. Sizes in bytes, times in milliseconds. */

/** Protocol of the control stream: one per pair of peers and share. */
export const SWARM_PROTOCOL = '/shoal/swarm/1'
/** Protocol of the stream lane: one per pair of peers and direction. */
export const LANE_PROTOCOL = '/shoal/lane/1'

// --- hello ---

/** Before the proof nothing longer than a hello (34 bytes) has a reason to arrive. */
export const MAX_UNPROVEN_MESSAGE = 128
/** A hello is four short messages; a peer that needs longer is not worth a stream. */
export const HELLO_TIMEOUT_MS = 10_000
/** Guessing a CID is hopeless; this bounds the work of answering. */
export const MAX_HELLO_TRIES_PER_SECOND = 20
/** What we ask of one peer stays below what it answers. */
export const HELLO_PACE_PER_SECOND = 15
/** Streams of peers that have not proven anything, over all peers: each costs a timer and a buffer. */
export const MAX_UNPROVEN_STREAMS = 256
/** Shares that one pair of peers can have in common at a time. */
export const MAX_STREAMS_PER_CONNECTION = 256
/** Two peers that dial each other at once finish within this time of each other. */
export const DUPLICATE_WINDOW_MS = 5_000

// --- control messages ---

/** One bit per part: a MiB of bitmap. With 8 MiB chunks that is 64 TiB. */
export const MAX_PARTS = 2 ** 23
/** One bit per part. */
export const MAX_BITMAP_BYTES = MAX_PARTS / 8
/** As in the share format. */
export const MAX_ROOT_BYTES = 256 * 1024
/** Parts in one list of an update; the rest goes into the next message. */
export const MAX_LIST = 4_096
/** UTF-8 bytes of what a laptop is called. */
export const MAX_NAME_BYTES = 256
/** Bytes of a peer id: an Ed25519 key has 38, an RSA hash 34. */
export const MAX_PEER_ID_BYTES = 64
/** Receivers named in one message between sources. */
export const MAX_HANDED_PEERS = 64
/** Peer records in one exchange message. */
export const MAX_EXCHANGED_PEERS = 50
/** A signed record with a dozen addresses is about 400 bytes. */
export const MAX_PEER_RECORD_BYTES = 2_048
/** Proven members whose records we remember and pass on, per share. */
export const MAX_KNOWN_RECORDS = 200
/** A busy honest peer sends one update per chunk or 50 ms; beyond this it is a flood. */
export const MAX_MESSAGES_PER_SECOND = 2_000
/** A large share's first announcements come together. */
export const MESSAGE_BURST = 6_000
/** What waits to be written to a peer that does not read; an honest one is never this far behind. */
export const MAX_UNSENT_CONTROL_BYTES = 4 * 2 ** 20

// --- times ---

/** News of other members. */
export const EXCHANGE_INTERVAL_MS = 5_000
/**
 * A class presses Download together: the first news are told sooner, since peers and their records arrive one after the other; but
 * not each by itself, since everybody tells everybody.
 */
export const FIRST_EXCHANGES_MS = [100, 400, 1_500] as const
/** Who has a source among its neighbours leaves the first news to it, and begins with this one of them. */
export const LED_EXCHANGE = 2
/** In so many of the first rounds two neighbours are not told of each other by all to whom a third told both. */
export const TRUSTING_EXCHANGES = 5
/** How often neighbours are looked at: who was silent for so long is pinged. */
export const HEARTBEAT_INTERVAL_MS = 2_000
/** A neighbour that speaks all the time is pinged too, so that its round trip stays known: a ping costs as much as ten blocks. */
export const ROUND_TRIP_EVERY_MS = 10_000
/** The hello has shown it, but while many meet at once everything takes long: so soon it is asked again, when they have met. */
export const FIRST_ROUND_TRIP_MS = 5_000
/** A neighbour of so long is marked as one to be kept. Not sooner: the mark is a record written, and a class meets all at once. */
export const KEEP_AFTER_MS = 10_000
/** Two that meet want to ask each other: the one with the greater peer id lets the other begin. */
export const COURTESY_MS = 250
/** Peers that are merely connected are asked this much after those that were named: whoever the link names comes first. */
export const STRANGER_MS = 100
/** No byte on the control stream or a lane for this long: the peer is gone (closed lid, pulled cable). */
export const DEAD_PEER_MS = 10_000
/** A peer that acknowledges nothing of what is on its way to it for this long is let go: first copies wait for it. */
export const STALLED_PEER_MS = 8_000
/** And is not taken back for this long. */
export const SHUN_MS = 30_000
/** Whoever sent what does not verify is not a neighbour of that share for this long. */
export const BAN_MS = 10 * 60_000
/** Waiting times before a candidate is asked or dialled again. */
export const RETRY_MS = [250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000] as const
/** A laptop on the same network answers within milliseconds; one that is gone does not within any time. */
export const DIAL_TIMEOUT_MS = 10_000
/** A root is a few KiB: whoever takes longer is passed over for the next. */
export const ROOT_TIMEOUT_MS = 3_000

// --- neighbours ---

/** Active neighbours per share: enough for any chunk to be near, few enough for `have` to stay cheap. */
export const MAX_NEIGHBOURS = 40
/** Neighbours we look for ourselves; the rest is room for those who look for us. */
export const MAX_SOUGHT_NEIGHBOURS = 30
/** Peers remembered as candidates per share; the oldest unreached ones are forgotten. */
export const MAX_CANDIDATES = 512

// --- blocks and lanes ---

/** A block is what is written at once; longer ones hold up control messages on the same connection. */
export const BLOCK_BYTES = 32 * 1024
/** The largest block that is accepted, and what is sent on fast links, where fewer blocks save CPU. */
export const MAX_BLOCK_BYTES = 64 * 1024
/** So many bytes in one piece of memory are written by themselves. With fewer, one more write costs more than the copy it saves. */
export const LONG_WRITE_BYTES = 3 * MAX_BLOCK_BYTES
/** So many at most: Node encrypts a write at once, and then has its bytes twice. */
export const MAX_LONG_WRITE_BYTES = 5 * MAX_BLOCK_BYTES
/** Acknowledgements: every 32 KiB, or every 64 KiB above this rate (bytes per second). */
export const FAST_RATE = 100e6 / 8
/** Above 400 Mbit/s an acknowledgement per 256 KiB is still one every 5 ms; each is a write and a read of their own. */
export const VERY_FAST_RATE = 400e6 / 8
/** Bytes per acknowledgement there. */
export const VERY_FAST_ACK_BYTES = 256 * 1024
/** Nothing received stays unacknowledged for longer, whatever the thresholds: the sender may be waiting for it. */
export const MAX_ACK_DELAY_MS = 25
/** Longest part: the largest chunk. */
export const MAX_PART_BYTES = 8 * 2 ** 20
/** Unacknowledged bytes over all lanes, whatever the rate: they lie in memory. 16 ms at 1 GB/s. */
export const MAX_IN_PROGRESS_BYTES = 16 * 2 ** 20
/** Bytes nobody asked for that one peer may send per minute before it is taken for hostile (late cancels, re-sends). */
export const MAX_UNSOLICITED_BYTES = 64 * 2 ** 20
/** An unwanted block counts for at least this much: tiny ones cost work too. */
export const MIN_UNSOLICITED_BLOCK = 4_096
/** Read from the store at once and cut into blocks: small reads are the CPU's enemy. */
export const READ_AHEAD_BYTES = 2 ** 20
/** Chunks that arrived before the pages that verify them, held in memory unannounced. */
export const MAX_UNVERIFIED_BYTES = 16 * 2 ** 20

/** A part that cannot be read now (disk trouble) is not tried again before this. */
export const READ_RETRY_MS = 1_000

// --- messages on a lane ---

/** The longest update: a bitmap and three full lists. */
export const MAX_LANE_MESSAGE_BYTES = MAX_BITMAP_BYTES + 3 * (3 + 4 * MAX_LIST) + 16
/** Received messages are confirmed by so many: each is kept by its sender until then, and is some 30 bytes. */
export const CONFIRM_MESSAGES = 64
/** Sent and not confirmed: an honest peer confirms long before, a dead one is noticed before. */
export const MAX_UNCONFIRMED_MESSAGES = 16_384
/** Messages that come before the word that the lane is used: that word is on its way. */
export const MAX_EARLY_MESSAGES = 4_096
/** … and their bytes. */
export const MAX_EARLY_MESSAGE_BYTES = 2 * MAX_LANE_MESSAGE_BYTES

// --- TLS lane ---

/** Cannot be guessed; finds the session, and protects nothing by itself. */
export const LANE_TOKEN_BYTES = 32
/** For the handshake and the token together. */
export const LANE_AUTH_TIMEOUT_MS = 3_000
/** Sockets that have shown neither: each holds a TLS state of some 50 KiB. */
export const MAX_UNAUTHENTICATED_LANES = 32
/** A lane that is not there by then is not waited for; it may still be used when it arrives later. */
export const LANE_OPEN_TIMEOUT_MS = 1_000
/** A lane that was lost is not opened again at once: whatever cut it may still be there. */
export const LANE_RETRY_MS = 5_000

// --- turns of the event loop on slow links ---

/** The thread sleeps at most this long, ms: several packets' time on a slow link, little beside what is in progress. */
export const MAX_NAP_MS = 5
/** … and no longer than so many bytes take, read and written: receive buffers must not fill. */
export const NAP_BYTES = 256 * 1024
/** Bytes per second, read and written, at which a nap would be too short to save anything: 800 Mbit/s. */
export const WAKEFUL_RATE = 100e6
/** A rate is told from so much time at least, ms. */
export const RATE_LOOK_MS = 4
/** No naps for so long once everything is here: the steps that finish a download took 50 ms with them, 5 without. */
export const AWAKE_MS = 100
/** After so many turns without a byte nothing looks any more: an idle process sleeps by itself. */
export const IDLE_TURNS = 20
