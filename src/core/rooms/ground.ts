import type { Cleanup, Clock, Logger, Random } from '../../base/index.ts'
import type { Settings } from '../../contract/index.ts'
import type { NameDirectory } from '../../peer-to-peer/names/index.ts'
import type { Nearby } from '../../peer-to-peer/nearby/index.ts'
import type { ShoalNode } from '../../peer-to-peer/node/index.ts'
import type { Swarm } from '../../peer-to-peer/swarm/index.ts'
import type { Store } from '../../store/index.ts'
import type { CoreConfig } from '../config.ts'
import type { Finding } from '../finding.ts'
import type { LaptopNames } from '../laptop-names/index.ts'
import type { Mail } from '../mail/index.ts'
import type { Messages } from '../messages/index.ts'
import type { NameSystem } from '../names/index.ts'
import type { Serving } from '../servers/index.ts'
import type { SettingsFile } from '../settings.ts'
import type { Shares } from '../shares/shares.ts'
import type { SocketRoom } from '../sockets/index.ts'
import type { Uploads } from '../uploads/uploads.ts'
import type { ViewHub } from '../view/hub.ts'

/** The rooms of a running core. */
export interface Rooms {
  readonly settings: SettingsFile
  readonly store: Store
  readonly node: ShoalNode
  readonly finding: Finding
  readonly nearby: Nearby
  readonly swarm: Swarm
  readonly shares: Shares
  readonly mail: Mail
  readonly messages: Messages
  readonly names: NameSystem
  readonly laptopNames: LaptopNames
  readonly peerNames: NameDirectory | undefined
  readonly serving: Serving
}

/** What every room stands on. */
export interface Ground {
  readonly config: CoreConfig
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly hub: ViewHub
  readonly uploads: Uploads
  readonly sockets: SocketRoom
  /** Ends what was made, the last first. */
  readonly cleanup: Cleanup
  /** Settings in force; to be asked once all rooms are made. */
  readonly settings: () => Settings
  /** For what one room needs of others that are made after it; to be asked once all are made. */
  readonly rooms: () => Rooms
}
