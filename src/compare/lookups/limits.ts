/** Bounds of comparisons of look-ups, each with its reason. Times in milliseconds. */

/** Look-ups through servers for each one among peers: they cost a hundredth, and switched-off servers need many draws. */
export const DNS_TIMES = 5
/** Names that are put and looked up, each several times: putting one costs as much as looking it up. */
export const MAX_NAMES = 4
/** A comparison is over by then; a slow machine needs two minutes for the largest. */
export const DEADLINE_MS = 5 * 60_000
/** Laptops made between two signs of life. */
export const TELL_EVERY = 16
/** The heap of the thread in which everything happens: 256 laptops take a third of it. */
export const HEAP_MIB = 1_536
/** A saved or imported result: 200 points are below 100 KB. */
export const MAX_RESULT_BYTES = 2 ** 20
/** Self-queries are not wanted: who knows whom is arranged. */
export const NEVER_MS = 2 ** 30
/** Distances that a routing table keeps apart, bits: twice as many as 256 laptops need, so that chance leaves nobody out. */
export const DISTANCES = 16
/** Look-ups through servers before any is counted. */
export const WARM_UPS = 20
