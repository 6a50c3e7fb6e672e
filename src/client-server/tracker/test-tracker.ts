/** For tests: keys, signed announcements and a tracker on a real socket. Not part of `index.ts`. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import type { CID } from 'multiformats/cid'
import { onTestFinished } from 'vitest'
import { silentLogger, systemClock, type Clock } from '../../base/index.ts'
import { discoveryCid } from '../../content/index.ts'
import { testFile } from '../../content/test-shares.ts'
import { signAnnouncement, type Announcement } from './announcement.ts'
import { createTrackerHandler } from './handler.ts'
import { Tracker } from './tracker.ts'

export const TRACKER_URL = 'http://192.168.0.2:8420'
export const ADDRESS = '/ip4/192.168.0.7/tcp/42850'

export function newKey(): Promise<PrivateKey> {
  return generateKeyPair('Ed25519')
}

/** Discovery CID of some share. */
export function discoveryOf(name: string): CID {
  return discoveryCid(testFile(name).cid)
}

export function digestOf(name: string): Uint8Array {
  return discoveryOf(name).multihash.digest
}

export function announcement(clock: Clock, change: Partial<Announcement> = {}): Announcement {
  const now = clock.wallNow()
  return {
    key: digestOf('share'),
    tracker: TRACKER_URL,
    sequence: now,
    expires: now + 600_000,
    addresses: [ADDRESS],
    ...change,
  }
}

export async function signed(
  clock: Clock,
  key: PrivateKey,
  change: Partial<Announcement> = {},
): Promise<Uint8Array> {
  return signAnnouncement(announcement(clock, change), key)
}

export interface TestTracker {
  readonly tracker: Tracker
  readonly server: Server
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

/** A tracker that knows itself by its own address, until the test ends. */
export async function runTracker(options: { clock?: Clock; port?: number } = {}): Promise<TestTracker> {
  const { clock = systemClock, port = 0 } = options
  let url = ''
  const tracker = new Tracker({ clock, urls: () => [url, TRACKER_URL] })
  const server = createServer(createTrackerHandler({ tracker, clock, log: silentLogger }))
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  await tracker.start()
  const close = async (): Promise<void> => {
    await tracker.stop()
    if (!server.listening) return
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  onTestFinished(close)
  const taken = (server.address() as AddressInfo).port
  url = `http://127.0.0.1:${taken}`
  return { tracker, server, url, port: taken, close }
}
