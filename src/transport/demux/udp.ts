import { MATCH_SCORE, matchAddress, sameEndpoint } from './match.ts'
import type { Arrival, Demuxed, DemuxRule, UdpSocket } from './types.ts'

/** More than any address can earn: a connected socket's peer outweighs it. */
const CONNECTED_SCORE = 8

/**
 * Which UDP socket a segment goes up to. A socket is found by the 2-tuple of destination address and port; among several the
 * most specific wins: connected to this sender, bound to this address, bound to any (Linux's `compute_score`). Of two equal
 * ones the kernel takes the one bound last.
 */
export function demultiplexUdp(sockets: readonly UdpSocket[], { source, destination }: Arrival): Demuxed {
  let best: { socket: UdpSocket; score: number; rule: DemuxRule } | undefined
  for (const socket of sockets) {
    if (socket.local.port !== destination.port) continue
    const match = matchAddress(socket.local.address, destination.address, socket.ipv6Only)
    if (match === 'none') continue
    if (socket.remote && !sameEndpoint(socket.remote, source)) continue
    const score = MATCH_SCORE[match] + (socket.remote ? CONNECTED_SCORE : 0)
    if (best && score < best.score) continue
    const rule = socket.remote ? 'four-tuple' : match === 'exact' ? 'address-and-port' : 'any-address'
    best = { socket, score, rule }
  }
  if (!best) return { is: 'refused', answer: 'port-unreachable' }
  return { is: 'delivered', socket: best.socket.id, rule: best.rule }
}
