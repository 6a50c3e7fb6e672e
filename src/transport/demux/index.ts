export { matchAddress, sameEndpoint } from './match.ts'
export { demultiplexTcp } from './tcp.ts'
export { demultiplexUdp } from './udp.ts'
export type { Arrival, Demuxed, DemuxRule, Endpoint, TcpSocket, UdpSocket } from './types.ts'
