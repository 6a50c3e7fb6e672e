export { runTraffic } from './traffic.ts'
export type { SentMessage, Traffic, TrafficMessage, TrafficSocket } from './traffic.ts'
