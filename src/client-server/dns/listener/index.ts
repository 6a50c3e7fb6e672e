export type { Answer, DnsClient } from './answer.ts'
export { frame, FrameReader } from './frames.ts'
export { DnsListener, type DnsListenerInit } from './listener.ts'
