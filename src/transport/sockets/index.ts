export { readProcessSockets, readSocketTable } from './table.ts'
export { SOCKET_STATES } from './types.ts'
export type { SocketAddress, SocketRow, SocketState, SocketTable, TableSource } from './types.ts'
