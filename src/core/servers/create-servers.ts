import type { Clock, Logger } from '../../base/index.ts'
import { createFilesHandler } from '../../client-server/files/index.ts'
import type { ShoalNode } from '../../peer-to-peer/node/index.ts'
import type { CoreConfig } from '../config.ts'
import type { Shares } from '../shares/shares.ts'
import { filesRole, trackerRole } from './http-roles.ts'
import { HttpHouse } from './http-house.ts'
import { KeptServersFile } from './kept-servers.ts'
import { Servers } from './servers.ts'

/** Everything this laptop can be for others. */
export function createServers(around: {
  config: CoreConfig
  shares: Shares
  node: ShoalNode
  name: () => string
  clock: Clock
  log: Logger
}): Servers {
  const { config, shares, node, name, clock } = around
  const log = around.log.child('servers')
  const files = createFilesHandler({ shares: () => shares.served(), name, clock, log })
  return new Servers({
    roles: [filesRole(files), trackerRole({ clock, log })],
    house: new HttpHouse({ clock, log }),
    kept: new KeptServersFile(config.home, log),
    interfaces: () => node.interfaces(),
    listen: config.listen,
    log,
  })
}
