import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { CID } from 'multiformats/cid'
import { Cleanup, silentLogger, systemClock } from '../../../base/index.ts'
import {
  configureServer,
  createFilesHandler,
  downloadOverHttp,
  serverOptions,
} from '../../../client-server/files/index.ts'
import { createStore, type Store } from '../../../store/index.ts'
import type { Offer, RoleOrder } from '../messages.ts'
import { tooLarge, type Role } from './role.ts'

type Giving = Extract<RoleOrder, { is: 'source' | 'server' }>

async function openStore(dir: string, cleanup: Cleanup): Promise<Store> {
  const store = createStore({ clock: systemClock, log: silentLogger }, { home: join(dir, 'home') })
  cleanup.add(() => store.stop())
  await store.start()
  return store
}

/** Gives: a server with the whole file. */
export async function httpServer({ dir, file, host }: Giving): Promise<Role> {
  const cleanup = new Cleanup()
  const store = await openStore(dir, cleanup)
  const share = await store.addShare(file)
  let sent = 0
  const handler = createFilesHandler({
    shares: () => [{ cid: share.cid, stored: share, title: undefined, openly: false }],
    name: () => 'racer',
    clock: systemClock,
    log: silentLogger,
    onSent: (_share, bytes) => (sent += bytes),
  })
  const server = createServer(serverOptions(), handler)
  // Every downloader of the race comes from this one machine.
  const configured = configureServer(server, { maxConnectionsPerAddress: Infinity })
  server.listen(0, host)
  await once(server, 'listening')
  cleanup.add(() => configured.shutdown(0))
  const { port } = server.address() as AddressInfo
  return {
    offer: { is: 'server', cid: share.cid.toString(), origin: `http://127.0.0.1:${port}` },
    peerId: null,
    payload: () => ({ sent, received: 0 }),
    held: () => ({}),
    go: async () => {},
    stop: () => cleanup.run(),
  }
}

/** Gets, over one connection. */
export async function httpClient(
  dir: string,
  offer: Extract<Offer, { is: 'server' }>,
  { maxBytes }: { maxBytes: number },
): Promise<Role> {
  const cleanup = new Cleanup()
  const store = await openStore(dir, cleanup)
  const stored = await store.openDownload(CID.parse(offer.cid), { targetDir: join(dir, 'to') })
  const ending = new AbortController()
  let received = 0
  const go = async (): Promise<void> => {
    const complete = new Promise<void>((resolve) => void stored.events.on('complete', () => resolve()))
    stored.events.on('root', ({ root }) => root.size > maxBytes && ending.abort(tooLarge(root.size)))
    await downloadOverHttp({
      origin: offer.origin,
      stored,
      buffers: store.buffers,
      clock: systemClock,
      signal: ending.signal,
      giveUpMs: 0,
      onProgress: (progress) => (received = progress.received),
    })
    await complete
  }
  cleanup.add(() => ending.abort())
  return {
    offer: null,
    peerId: null,
    payload: () => ({ sent: 0, received }),
    held: () => ({ [offer.origin]: stored.bytesHeld }),
    go,
    stop: () => cleanup.run(),
  }
}
