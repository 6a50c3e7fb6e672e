/** Laptops that are given a name: as many as anybody is connected with. */
export const MAX_LAPTOPS = 512

/** Seconds that names of laptops may be cached: they come, go and move. */
export const LAPTOP_TTL = 30

/** Addresses told of one laptop, and open shares told in TXT records. */
export const MAX_LAPTOP_ADDRESSES = 8
export const MAX_TOLD_SHARES = 64

/** Octets of a link in a TXT record: an answer with some of them still fits a message by TCP. */
export const MAX_TOLD_LINK_BYTES = 1_000

/** Changes of who is here are gathered for this long before the zone is made anew. Milliseconds. */
export const GATHER_MS = 1_000
