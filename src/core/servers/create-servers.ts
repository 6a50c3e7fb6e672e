import type { Clock, Logger, Random } from '../../base/index.ts'
import { createFilesHandler, type Pace, type ServedShare } from '../../client-server/files/index.ts'
import type { ShoalNode } from '../../peer-to-peer/node/index.ts'
import type { CoreConfig } from '../config.ts'
import type { Shares } from '../shares/shares.ts'
import { mailRole, type Mail } from '../mail/index.ts'
import type { NameSystem } from '../names/index.ts'
import { dnsRole } from './dns-role.ts'
import { FilesDoors } from './files-door.ts'
import { filesRole, trackerRole } from './http-roles.ts'
import { HttpHouse } from './http-house.ts'
import { KeptServersFile } from './kept-servers.ts'
import { MAX_LINK_ORIGINS } from './limits.ts'
import { Servers } from './servers.ts'
import { SpokenAddresses } from './spoken.ts'

/** What this laptop is for others, and the ways in that links name. */
export interface Serving {
  readonly servers: Servers
  readonly doors: FilesDoors
  /** `h=` of links, best first. */
  origins(): string[]
  /** Where a browser on another machine finds a share; null while none can. */
  addressOf(cid: string): { page: string; spoken: string } | null
  /** Something that others see has changed. */
  onChange(listener: () => void): () => void
  addressesChanged(): void
  close(): Promise<void>
}

/** Everything this laptop can be for others. */
export function createServing(around: {
  config: CoreConfig
  shares: Shares
  mail: Mail
  node: ShoalNode
  name: () => string
  pace: Pace
  names: NameSystem
  /** This laptop's own name in the tree. */
  hostName: () => string | undefined
  clock: Clock
  random: Random
  log: Logger
}): Serving {
  const { config, shares, mail, node, name, pace, names, hostName, clock } = around
  const log = around.log.child('servers')
  const spoken = new SpokenAddresses(around.random)
  const handler = createFilesHandler({
    shares: () => servedShares(shares, spoken),
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
  const roles = [
    filesRole(handler),
    trackerRole({ clock, log, hostName }),
    dnsRole(names),
    mailRole({ mail, version: config.host.version, clock, log }),
  ]
  const servers = new Servers({ roles, house, kept, interfaces, listen, log })
  const origins = (): string[] =>
    [...new Set([...doors.origins(), ...servers.fileOrigins()])].slice(0, MAX_LINK_ORIGINS)
  return {
    servers,
    doors,
    origins,
    addressOf(cid) {
      const [best] = origins()
      return best === undefined ? null : { page: `${best}/s/${cid}/`, spoken: `${best}/${spoken.of(cid)}` }
    },
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

function* servedShares(shares: Shares, spoken: SpokenAddresses): Generator<ServedShare> {
  for (const share of shares.served()) yield { ...share, short: spoken.find(share.cid.toString()) }
}
