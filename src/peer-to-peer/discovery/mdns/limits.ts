/** UDP port and groups of multicast DNS (RFC 6762 §3). */
export const MDNS_PORT = 5353
export const MDNS_GROUP_4 = '224.0.0.251'
export const MDNS_GROUP_6 = 'ff02::fb'

/** Longest packet read: RFC 6762 §17 allows 9000 bytes with headers. */
export const MAX_PACKET_BYTES = 9000

/** Longest packet sent: an Ethernet frame without fragmentation, IPv6 and UDP headers taken off. */
export const MAX_SENT_BYTES = 1440

/** Questions and records of one packet that are looked at; a packet that announces more is refused. */
export const MAX_RECORDS = 512

/** Packets per second and in a burst from one address; 200 laptops together send fewer than 20. */
export const PACKETS_PER_SECOND = 20
export const PACKET_BURST = 60

/** Addresses whose rate is remembered. */
export const MAX_RATED_SOURCES = 1024

/** Packets per second in all that are parsed on one interface: at 10 µs each this is one per cent of a CPU. */
export const TOTAL_PER_SECOND = 1000

/** Instances remembered per interface, and of them from one address (several cores may run on one machine). */
export const MAX_INSTANCES = 1024
export const MAX_INSTANCES_PER_SOURCE = 64

/** Addresses taken from one announcement. */
export const MAX_ANNOUNCED_ADDRESSES = 8

/** How long a record is good for, seconds. Also how soon a laptop that left without a word is forgotten. */
export const RECORD_TTL_S = 300

/** Longest life believed, seconds. */
export const MAX_TTL_S = 4500

/** Pauses between queries: 1, 2, 4 … 60 s (RFC 6762 §5.2). Milliseconds. */
export const QUERY_FIRST_MS = 1_000
export const QUERY_MAX_MS = 60_000

/** Random delay before an answer or a first query, so that 200 laptops do not speak at once (§5.2, §6). Milliseconds. */
export const DELAY_MIN_MS = 20
export const DELAY_SPREAD_MS = 100

/** After a query that continues in the next packet, wait for its further known answers (§7.2). Milliseconds. */
export const CONTINUED_MIN_MS = 400
export const CONTINUED_SPREAD_MS = 100

/** Queriers whose known answers are being collected. */
export const MAX_PENDING_QUERIES = 256

/** The same record is not multicast again within this (§6). Milliseconds. */
export const MIN_INTERVAL_MS = 1_000

/** Pause between the two announcements (§8.3). Milliseconds. */
export const ANNOUNCE_AGAIN_MS = 1_000

/** An interface whose socket could not be opened or broke is tried again after this. Milliseconds. */
export const REOPEN_MS = 10_000

/** Waiting for a socket to bind, and for goodbyes to leave. Milliseconds. */
export const BIND_TIMEOUT_MS = 3_000
export const GOODBYE_TIMEOUT_MS = 500
