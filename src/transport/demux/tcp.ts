import { MATCH_SCORE, matchAddress, sameEndpoint } from './match.ts'
import type { Arrival, Demuxed, TcpSocket } from './types.ts'

/**
 * Which TCP socket a segment goes up to: the connection with this 4-tuple, source and destination address and port; a segment
 * that opens one (`syn`), to the most specific socket that listens there; any other is answered with RST.
 */
export function demultiplexTcp(
  sockets: readonly TcpSocket[],
  { source, destination }: Arrival,
  syn: boolean,
): Demuxed {
  for (const socket of sockets) {
    if (socket.is !== 'connected') continue
    if (sameEndpoint(socket.local, destination) && sameEndpoint(socket.remote, source))
      return { is: 'delivered', socket: socket.id, rule: 'four-tuple' }
  }
  let best: { id: string; score: number } | undefined
  for (const socket of syn ? sockets : []) {
    if (socket.is !== 'listening' || socket.local.port !== destination.port) continue
    const match = matchAddress(socket.local.address, destination.address, socket.ipv6Only)
    if (match === 'none' || MATCH_SCORE[match] <= (best?.score ?? 0)) continue
    best = { id: socket.id, score: MATCH_SCORE[match] }
  }
  if (!best) return { is: 'refused', answer: 'reset' }
  const rule = best.score === MATCH_SCORE.exact ? 'address-and-port' : 'any-address'
  return { is: 'delivered', socket: best.id, rule }
}
