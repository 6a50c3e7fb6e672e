export { plainBuffer, SlabPool } from './buffer-pool.ts'
export { createMemoryFile, createMemoryShare, MemoryShare } from './memory-share.ts'
export type { MemoryFile } from './memory-share.ts'
export type * from './types.ts'
