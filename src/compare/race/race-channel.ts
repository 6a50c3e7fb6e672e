import type { RacerOrder, RacerTold } from './messages.ts'

/** Electron's `MessagePortMain`, as far as it is needed here. */
interface Port {
  on(name: 'message', listener: (event: { data: unknown }) => void): unknown
  on(name: 'close', listener: () => void): unknown
  postMessage(message: unknown): void
  start(): void
}

interface ParentPort {
  once(name: 'message', listener: (event: { ports: readonly Port[] }) => void): unknown
}

export interface RaceChannelEvents {
  onOrder(order: RacerOrder): void
  /** The race is gone, in whatever way. */
  onGone(): void
}

export type Tell = (told: RacerTold) => void

/** Connects a racer's process with its race: over Node's channel to a parent, or in Electron over the port it is sent first. */
export function openRaceChannel(events: RaceChannelEvents): Promise<Tell> {
  const { parentPort } = process as unknown as { parentPort?: ParentPort }
  return parentPort ? overPort(parentPort, events) : Promise.resolve(overParent(events))
}

async function overPort(parent: ParentPort, events: RaceChannelEvents): Promise<Tell> {
  const port = await new Promise<Port>((resolve) => {
    parent.once('message', ({ ports }) => resolve(ports[0]!))
  })
  port.on('message', ({ data }) => events.onOrder(JSON.parse(String(data)) as RacerOrder))
  port.on('close', () => events.onGone())
  port.start()
  return (told) => port.postMessage(JSON.stringify(told))
}

function overParent(events: RaceChannelEvents): Tell {
  process.on('message', (order: RacerOrder) => events.onOrder(order))
  process.once('disconnect', () => events.onGone())
  return (told) => {
    // The race may have ended the connection: then nobody listens.
    if (process.connected) process.send!(told)
  }
}
