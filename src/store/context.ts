import type { Clock, Logger } from '../base/index.ts'
import type { Catalogue } from './catalogue.ts'
import type { DiskPool } from './disk-pool.ts'
import type { ReadCache } from './read-cache.ts'

/** What every share of one store works with. */
export interface StoreContext {
  readonly catalogue: Catalogue
  readonly pool: DiskPool
  readonly reads: ReadCache
  readonly clock: Clock
  readonly log: Logger
  /** Folder for what is kept of each download besides its files. */
  readonly stateDir: string
  /** The system records who may execute a file. */
  readonly executableBits: boolean
}
