export { wouldBlock } from './errno.ts'
export { systemCalls } from './system-calls.ts'
export type { CallResult, Domain, ShutdownHow, SocketCalls, SocketType } from './types.ts'
