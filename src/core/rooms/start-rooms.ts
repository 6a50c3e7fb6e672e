import { nearbyView } from '../nearby-view.ts'
import { socketFacts } from '../sockets/index.ts'
import type { Ground, Rooms } from './ground.ts'

/** Starts the rooms in the order in which they need each other; ends them in the opposite one. */
export async function startRooms(ground: Ground, rooms: Rooms): Promise<void> {
  const { cleanup, uploads } = ground
  const { swarm, nearby, shares, store, messages, laptopNames, peerNames, mail, serving, finding } = rooms
  await swarm.start()
  cleanup.add(() => nearby.stop())
  await nearby.start()
  cleanup.add(() => shares.stop())
  await uploads.clean(store.records().flatMap(({ path }) => path ?? []))
  cleanup.add(() => uploads.stop())
  await shares.start()
  await messages.start()
  await laptopNames.start()
  await peerNames?.start()
  await mail.start()
  cleanup.add(() => serving.close())
  await serving.servers.restore()
  // Last, so that whoever it finds can be served: and not waited for, since none of its sources is required.
  void finding.discovery.start()
}

/** What one room's news means to the others. */
export function joinRooms(ground: Ground, rooms: Rooms, showNetwork: () => void): void {
  const { cleanup, hub } = ground
  const { node, finding, nearby, shares, serving } = rooms
  showSockets(ground, rooms)
  cleanup.add(finding.discovery.events.on('sources', showNetwork))
  cleanup.add(
    node.events.on('interfaces-changed', () => {
      showNetwork()
      shares.addressesChanged()
      finding.trackers.addressesChanged()
      serving.addressesChanged()
    }),
  )
  cleanup.add(
    serving.onChange(() => {
      nearby.changed()
      shares.addressesChanged()
    }),
  )
  greetLaptops(ground, rooms)
  cleanup.add(nearby.events.on('gone', ({ peerId }) => hub.removeNearby(peerId.toString())))
}

/** Whoever comes near is shown and remembered, and gets the mail that waits for him. */
function greetLaptops({ cleanup, hub }: Ground, { nearby, node, finding, laptopNames, mail }: Rooms): void {
  cleanup.add(
    nearby.events.on('peer', ({ peerId, card }) => {
      const connections = node.libp2p.getConnections(peerId)
      const foundBy = finding.discovery.foundBy(peerId)
      hub.putNearby(nearbyView({ peerId, card, connections, foundBy }))
      const host = card.servers.smtp === undefined ? undefined : laptopNames.hostName(peerId)
      if (host !== undefined) void mail.laptopIsHere(host)
      const dialled = connections.filter(({ direction }) => direction === 'outbound')
      if (dialled.length === 0) return
      finding.remembered.remember(
        peerId,
        dialled.map(({ remoteAddr }) => remoteAddr),
      )
    }),
  )
}

function showSockets({ sockets, hub }: Ground, { node, swarm, serving, names }: Rooms): void {
  sockets.setFacts(() =>
    socketFacts({
      addresses: () => node.addresses().map(String),
      links: () => node.libp2p.getConnections(),
      lanePort: () => swarm.lanePort,
      servers: () => serving.servers.view(),
      origins: () => serving.doors.origins(),
      dns: () => names.listening,
      nameOf: (id) => hub.nearby().find(({ peerId }) => peerId === id)?.name,
    }),
  )
}
