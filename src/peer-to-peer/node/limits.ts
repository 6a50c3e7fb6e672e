/** Default TCP port; taken → the next free one. */
export const DEFAULT_PORT = 42_850

/** How many ports after the default are tried: one laptop runs few cores, and a range stays easy to allow in a firewall. */
export const PORT_ATTEMPTS = 50

/** A room of 200 laptops, each possibly twice when both sides dialled at the same moment, and some spare. */
export const MAX_CONNECTIONS = 512

/** Connections per second from one address. A class that presses Download together may sit behind one router. */
export const INBOUND_CONNECTIONS_PER_SECOND = 1000

/** Connections still being encrypted. The library's 10 refused 11 of 16 laptops that came at once. */
export const MAX_PENDING_INBOUND = 256

/** Dials in parallel: handshakes cost CPU, and a laptop dials at most a neighbourhood at once. */
export const MAX_PARALLEL_DIALS = 32

/** Addresses of one peer that are tried; a laptop has a handful. */
export const MAX_ADDRESSES_PER_PEER = 16

/**
 * One address that swallows packets (another network's) must not use up the whole dial; a busy laptop that forty others
 * dial at once must have the time to shake hands. Milliseconds.
 */
export const ADDRESS_DIAL_TIMEOUT_MS = 5_000

/** All addresses of one peer together. Milliseconds. */
export const DIAL_TIMEOUT_MS = 15_000

/** A socket that connects and says nothing is closed after this. Milliseconds. */
export const INBOUND_UPGRADE_TIMEOUT_MS = 10_000

/** A paused stream is aborted beyond 4 MiB unread while the library's window would grow to 16 MiB. Bytes. */
export const MAX_STREAM_WINDOW = 2 * 1024 * 1024

/** Streams of one connection per direction: control and lane streams of some dozens of shares, DHT, nearby. */
export const MAX_STREAMS_PER_CONNECTION = 512

/** Provider and value records kept for others. At about 200 bytes each this stays below 8 MiB. */
export const MAX_DHT_RECORDS = 32_768

/** Provider records live this long; the library's 48 h keep dead laptops being dialled. Milliseconds. */
export const PROVIDER_VALIDITY_MS = 30 * 60_000

/** Own records are announced again when they have this long to live. Milliseconds. */
export const REPROVIDE_THRESHOLD_MS = 15 * 60_000

/** How often records are looked through. Milliseconds. */
export const REPROVIDE_INTERVAL_MS = 5 * 60_000

/** Peers that are asked the moment they connect who they are (identify): whoever comes alone need not wait. */
export const IDENTIFY_AT_ONCE = 2

/** The others wait until this thread is busy for a smaller share of the time than this: transfers and handshakes are over. */
export const CALM_UTILIZATION = 0.5

/** How often that is looked at while somebody waits, on average. Milliseconds. */
export const IDENTIFY_LOOK_MS = 250

/** Who is asked at one look: an exchange costs some 2 ms. */
export const IDENTIFY_WHEN_CALM = 8

/** Where it never gets calm, each is asked after once to twice this. Milliseconds. */
export const IDENTIFY_LATEST_MS = 30_000

/** A self-query speaks to everybody in the table, and a class that begins together has better things to do. Milliseconds. */
export const FIRST_SELF_QUERY_MS = 120_000

/** How often the system is asked for its interfaces; there is no portable notification. Milliseconds. */
export const INTERFACE_POLL_MS = 3_000

/** Addresses a host name may resolve to; the rest is ignored. */
export const MAX_RESOLVED_ADDRESSES = 8

/** A name server that is silent must not hold a dial. Milliseconds. */
export const RESOLVE_TIMEOUT_MS = 4_000

/** Stopping waits this long for connections to close. Milliseconds. */
export const STOP_TIMEOUT_MS = 5_000

/** The key file is about 70 bytes; whatever is much larger is not one. Bytes. */
export const MAX_KEY_FILE_BYTES = 4096

/** Peers whose addresses are kept; names of peers that nobody ever met arrive in answers of the DHT. */
export const MAX_KNOWN_PEERS = 8_192
