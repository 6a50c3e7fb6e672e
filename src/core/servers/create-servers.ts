import type { Clock, Logger } from '../../base/index.ts'
import { createFilesHandler, type Pace } from '../../client-server/files/index.ts'
import type { ShoalNode } from '../../peer-to-peer/node/index.ts'
import type { CoreConfig } from '../config.ts'
import type { Shares } from '../shares/shares.ts'
import { FilesDoors } from './files-door.ts'
import { filesRole, trackerRole } from './http-roles.ts'
import { HttpHouse } from './http-house.ts'
import { KeptServersFile } from './kept-servers.ts'
import { MAX_LINK_ORIGINS } from './limits.ts'
import { Servers } from './servers.ts'

/** What this laptop is for others, and the ways in that links name. */
export interface Serving {
  readonly servers: Servers
  readonly doors: FilesDoors
  /** `h=` of links, best first. */
  origins(): string[]
  /** Something that others see has changed. */
  onChange(listener: () => void): () => void
  addressesChanged(): void
  close(): Promise<void>
}

/** Everything this laptop can be for others. */
export function createServing(around: {
  config: CoreConfig
  shares: Shares
  node: ShoalNode
  name: () => string
  pace: Pace
  clock: Clock
  log: Logger
}): Serving {
  const { config, shares, node, name, pace, clock } = around
  const log = around.log.child('servers')
  const handler = createFilesHandler({
    shares: () => shares.served(),
    name,
    clock,
    log,
    pace,
    onSent: ({ cid }, bytes) => shares.countServed(cid, bytes),
  })
  const house = new HttpHouse({ clock, log })
  const interfaces = (): ReturnType<ShoalNode['interfaces']> => node.interfaces()
  const { listen } = config
  const doors = new FilesDoors({ house, handler, interfaces, listen, log })
  const kept = new KeptServersFile(config.home, log)
  const roles = [filesRole(handler), trackerRole({ clock, log })]
  const servers = new Servers({ roles, house, kept, interfaces, listen, log })
  return {
    servers,
    doors,
    origins: () => [...new Set([...doors.origins(), ...servers.fileOrigins()])].slice(0, MAX_LINK_ORIGINS),
    onChange(listener) {
      const stops = [servers.events.on('changed', listener), doors.events.on('changed', listener)]
      return () => stops.forEach((stop) => stop())
    },
    addressesChanged() {
      void servers.addressesChanged()
      void doors.addressesChanged()
    },
    async close() {
      await Promise.all([servers.close(), doors.close()])
    },
  }
}
