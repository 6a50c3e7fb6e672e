import { mkdir } from 'node:fs/promises'
import type { PeerId } from '@libp2p/interface'
import { Nearby } from '../../peer-to-peer/nearby/index.ts'
import type { ShoalNode } from '../../peer-to-peer/node/index.ts'
import { createStore } from '../../store/index.ts'
import {
  createLaptopNames,
  createPeerNames,
  isOnThisMachine,
  labelOf,
  mailResolver,
  type LaptopNames,
} from '../laptop-names/index.ts'
import { Mail, patientResolver } from '../mail/index.ts'
import { createMessages } from '../messages/index.ts'
import { NameSystem } from '../names/index.ts'
import { createServing, type Serving } from '../servers/index.ts'
import { SettingsFile } from '../settings.ts'
import { Shares } from '../shares/shares.ts'
import type { Ground, Rooms } from './ground.ts'
import { makeNetwork, type OnTheNetwork } from './network.ts'

/** Makes every room and passes each what it needs of the others. None of those that talk to others is started. */
export async function makeRooms(ground: Ground): Promise<Rooms> {
  const { cleanup } = ground
  const home = await makeHome(ground)
  const network = await makeNetwork(ground, home)
  const { node, finding, swarm } = network
  const shares = makeShares(ground, home, network)
  const mail = makeMail(ground, home)
  cleanup.add(() => mail.stop())
  const made = { ...home, node, finding, swarm, shares, mail }
  const serving = makeServing(ground, made)
  const nearby = makeNearby(ground, { ...made, serving })
  const laptopNames = makeLaptopNames(ground, { ...made, serving, nearby })
  cleanup.add(() => laptopNames.stop())
  const peerNames = makePeerNames(ground, network, laptopNames)
  cleanup.add(() => peerNames?.stop())
  const messages = makeMessages(ground, { ...made, nearby })
  cleanup.add(() => messages.stop())
  return { ...made, serving, nearby, laptopNames, peerNames, messages }
}

/** What lies on this disk: settings, shares, names. */
async function makeHome(ground: Ground): Promise<Pick<Rooms, 'settings' | 'store' | 'names'>> {
  const { config, clock, random, log, cleanup } = ground
  const { home, defaultDownloadDir } = config
  await mkdir(home, { recursive: true, mode: 0o700 })
  const defaults = defaultDownloadDir === undefined ? {} : { downloadDir: defaultDownloadDir }
  const settings = await SettingsFile.open(home, log, defaults)
  const store = createStore({ clock, log }, { home })
  cleanup.add(() => store.stop())
  await store.start()
  const asksOthers = (): boolean => settings.current.otherNames
  const names = new NameSystem({ home, clock, random, log, asksOthers })
  cleanup.add(() => names.stop())
  return { settings, store, names }
}

function makeShares(ground: Ground, { store }: Pick<Rooms, 'store'>, network: OnTheNetwork): Shares {
  const { config, clock, random, log, hub, uploads } = ground
  const { node, finding, swarm, lookup } = network
  return new Shares({
    store,
    swarm,
    discovery: finding.discovery,
    uploads,
    hub,
    clock,
    random,
    log,
    self: () => ({ peerId: node.peerId.toString(), name: ground.settings().name }),
    addresses: () => node.addresses().map(String),
    origins: () => ground.rooms().serving.origins(),
    trackers: config.trackers ?? [],
    lookup,
    useTracker: (url, key) => finding.trackers.add(url, key),
    downloadDir: () => ground.settings().downloadDir,
    onListedChange: () => {
      ground.rooms().nearby.changed()
      ground.rooms().laptopNames.changed()
    },
    onTransferring: (transferring) => config.shell?.setTransferring?.(transferring),
  })
}

function makeMail(ground: Ground, { names }: Pick<Rooms, 'names'>): Mail {
  const { config, clock, random, log } = ground
  return new Mail({
    home: config.home,
    hostName: () => ownHostName(ground) ?? `${labelOf(ground.settings().name)}.shoal.internal`,
    personName: () => ground.settings().name,
    resolver: patientResolver(mailResolver(names)),
    downloadDir: () => ground.settings().downloadDir,
    clock,
    random,
    log,
  })
}

function makeServing(
  ground: Ground,
  { shares, mail, node, swarm, names }: Pick<Rooms, 'shares' | 'mail' | 'node' | 'swarm' | 'names'>,
): Serving {
  const { config, clock, random, log } = ground
  return createServing({
    config,
    shares,
    mail,
    node,
    name: () => ground.settings().name,
    pace: swarm.limits.up,
    names,
    hostName: () => ownHostName(ground),
    clock,
    random,
    log,
  })
}

function makeNearby(
  { config, clock, log, settings }: Ground,
  rooms: Pick<Rooms, 'node' | 'shares' | 'serving' | 'settings'>,
): Nearby {
  const { node, shares, serving } = rooms
  return new Nearby({
    network: node,
    card: (to) => ({
      name: settings().name,
      version: config.host.version,
      shares: shares.listed(),
      servers: serving.servers.forOthers(isHere(node, to)),
    }),
    visible: rooms.settings.current.visible,
    clock,
    log,
  })
}

function makeLaptopNames(
  { clock, log, settings }: Ground,
  { names, node, nearby, serving, shares }: Pick<Rooms, 'names' | 'node' | 'nearby' | 'serving' | 'shares'>,
): LaptopNames {
  return createLaptopNames({
    names,
    node,
    nearby,
    servers: serving.servers,
    name: () => settings().name,
    listed: () => (settings().visible ? shares.listed() : []),
    clock,
    log,
  })
}

function makePeerNames(
  { config, clock, random, log, settings, rooms }: Ground,
  { node, rules, privateKey }: OnTheNetwork,
  laptopNames: LaptopNames,
): Rooms['peerNames'] {
  if (config.dht === false) return undefined
  const isVisible = (): boolean => settings().visible
  const isBusy = (): boolean => rooms().shares.isTransferring
  return createPeerNames({ node, laptopNames, rules, privateKey, isVisible, isBusy, clock, random, log })
}

function makeMessages(
  { config, clock, random, log, hub, settings }: Ground,
  { node, nearby, finding, shares }: Pick<Rooms, 'node' | 'nearby' | 'finding' | 'shares'>,
): Rooms['messages'] {
  return createMessages({
    home: config.home,
    node,
    nearby,
    discovery: finding.discovery,
    shares,
    hub,
    name: () => settings().name,
    clock,
    random,
    log,
  })
}

/** This laptop's name in the tree, once it has one. */
function ownHostName(ground: Ground): string | undefined {
  const { laptopNames, node } = ground.rooms()
  return laptopNames.hostName(node.peerId)
}

/** Whether somebody connected is another installation on this machine. */
function isHere(node: ShoalNode, peerId: PeerId): boolean {
  const connectedFrom = node.libp2p.getConnections(peerId).map(({ remoteAddr }) => remoteAddr)
  return isOnThisMachine(connectedFrom, node.interfaces())
}
