/**
 * What finding a name should cost: through servers as in P. Mockapetris, RFC 1034 §5.3.3; among peers as in P. Maymounkov, D. Mazières,
 * "Kademlia: A Peer-to-Peer Information System Based on the XOR Metric", IPTPS 2002.
 */

/** Zones on the way down to a name of the tree: the root, the top-level domain, the domain. */
export const ZONES_ON_THE_WAY = 3

/** A question and its answer to one server of each zone; nothing when the answer is still cached. */
export function dnsMessages(isCached: boolean): number {
  return isCached ? 0 : 2 * ZONES_ON_THE_WAY
}

/** A walk asks all of the k laptops closest to the name, and those it meets on the way to them. */
export function dhtMessagesAtLeast(laptops: number, k: number): number {
  return 2 * Math.min(laptops, k)
}

/**
 * Questions one after the other until a laptop that keeps the name is found, at most. Who knows one laptop of each distance comes a bit
 * of the id closer with every question: log₂ N. With k of each the closest shares log₂ k bits more by chance, and it is enough to be
 * among the k closest.
 */
export function dhtRounds(laptops: number, k: number): number {
  return Math.max(1, Math.log2(laptops / k) / (1 + Math.log2(k)))
}

/** Part of look-ups that find the name when each server is off with probability `off`: every zone needs one of its servers. */
export function dnsFound(off: number, serversOfZone: number): number {
  return (1 - off ** serversOfZone) ** ZONES_ON_THE_WAY
}

/** The same among laptops: one of those that keep the record is enough. */
export function dhtFound(off: number, keepers: number): number {
  return 1 - off ** keepers
}
