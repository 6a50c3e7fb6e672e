// --- work for one question

/** Aliases followed for one question: as many as unbound follows; with one more it is a loop or a nuisance. */
export const MAX_ALIASES = 11

/** Queries sent for one question, those for servers' addresses included: a cold chain of eleven aliases in eleven zones fits. */
export const MAX_QUERIES = 100

/** Delegations followed downwards for one name: a name has fewer labels than this in practice. */
export const MAX_REFERRALS = 24

/** How deep the search for a server's address may lead to another server without an address. */
export const MAX_DEPTH = 4

/** Servers of one zone whose address is looked for because the delegation has none: a hostile zone names hundreds (NXNSAttack, 2020). */
export const MAX_GLUELESS = 3

/** Servers of one delegation that are remembered, and addresses of one server. */
export const MAX_SERVERS = 13
export const MAX_ADDRESSES = 4

/** Queries sent to the servers of one zone for one question, repeats included. */
export const MAX_TRIES = 6

/** A question is answered or given up within this time. Milliseconds. */
export const RESOLVE_TIMEOUT_MS = 8_000

/** A server on a LAN answers in milliseconds; the second try has more patience. Milliseconds. */
export const FIRST_TRY_MS = 800
export const LATER_TRY_MS = 2_000

/** Labels are told to servers one at a time up to here, then in larger steps, in at most so many queries (RFC 9156 §2.3). */
export const MINIMISE_ONE_LABEL = 4
export const MAX_MINIMISE_STEPS = 10

/** Questions worked on at once; further ones are refused by SERVFAIL until one is done. */
export const MAX_UNDER_WAY = 512

/** Steps kept of one resolution for who wants to see its way, and records of one step. */
export const MAX_STEPS = 200
export const MAX_STEP_RECORDS = 16

// --- messages of one exchange

/** Octets of answers our queries allow by UDP (no larger than fits in one piece everywhere). */
export const EXCHANGE_UDP_BYTES = 1_232

/** Datagrams that do not match the question: beyond, somebody is guessing, and TCP is used, where guessing does not help. */
export const MAX_MISMATCHES = 16

/** Source ports are chosen among these by our own randomness; so many tries for one that is free. */
export const FIRST_SOURCE_PORT = 10_000
export const LAST_SOURCE_PORT = 65_535
export const MAX_SOURCE_PORT_TRIES = 12

// --- the cache

/** Sets of records kept; the longest unused go first. */
export const MAX_CACHE_ENTRIES = 20_000

/** Octets of records kept, roughly. */
export const MAX_CACHE_BYTES = 16 * 1_048_576

/** Zones whose servers are remembered. */
export const MAX_DELEGATIONS = 4_096

/** Seconds a set of records is kept at most, whatever its owner says: a day. */
export const MAX_POSITIVE_TTL = 86_400

/** Seconds it is kept that something does not exist (RFC 2308 §5 recommends one to three hours). */
export const MAX_NEGATIVE_TTL = 3_600

/** A question that failed is not asked again for this long, doubled at each further failure up to the limit of RFC 9520 §3.2. Seconds. */
export const FAILURE_TTL = 2
export const MAX_FAILURE_TTL = 300

/** Servers whose behaviour is remembered. */
export const MAX_SERVERS_KNOWN = 2_048

/** A server that did not answer is asked last for this long, doubled each time. Milliseconds. */
export const SERVER_BACKOFF_MS = 2_000
export const MAX_SERVER_BACKOFF_MS = 120_000

// --- answering clients

/** Encoded answers kept for clients, and octets of one: larger ones are put together each time. */
export const MAX_ENCODED_ANSWERS = 10_000
export const MAX_ENCODED_BYTES = 1_232

/** Addresses of clients whose right to ask is remembered. */
export const MAX_CLIENTS_KNOWN = 1_024
