export { frame, FrameReader } from './frames.ts'
export { DnsListener } from './listener.ts'
export type { Answer, DnsClient, DnsListenerInit } from './listener.ts'
