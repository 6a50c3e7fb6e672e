import { implement } from '@orpc/server'
import { ShoalError } from '../../base/index.ts'
import { contract, type CoreOptions, type Settings, type Status } from '../../contract/index.ts'
import type { Shell } from '../config.ts'
import type { Handouts } from '../handouts/index.ts'
import type { SettingsChange } from '../settings.ts'
import type { FilesDoors, Servers } from '../servers/index.ts'
import type { Mail } from '../mail/index.ts'
import type { Messages } from '../messages/index.ts'
import type { NameSystem } from '../names/index.ts'
import type { Shares } from '../shares/shares.ts'
import type { SocketRoom } from '../sockets/index.ts'
import type { Uploads } from '../uploads/uploads.ts'
import type { ViewHub } from '../view/hub.ts'
import { mailRouter } from './mail.ts'
import { messagesRouter } from './messages.ts'
import { namesRouter } from './names.ts'
import { serversRouter } from './servers.ts'
import { socketsRouter } from './sockets.ts'

/** What the contract needs of a core. */
export interface ContractCore {
  readonly hub: ViewHub
  readonly uploads: Uploads
  readonly handouts: Handouts
  readonly shares: Shares
  readonly mail: Mail
  readonly messages: Messages
  readonly names: NameSystem
  readonly servers: Servers
  readonly sockets: SocketRoom
  readonly doors: FilesDoors
  addressOf(cid: string): { page: string; spoken: string } | null
  readonly shell: Shell | undefined
  status(): Status
  options(): CoreOptions
  updateSettings(change: SettingsChange): Promise<Settings>
  /** Connects to an address a person typed; gives the peer id found there. */
  connect(address: string): Promise<string>
  stop(): Promise<void>
}

/** The contract, answered by a core. Errors thrown are ShoalErrors; the link gives them their form on the wire. */
export function createRouter(core: ContractCore) {
  const api = implement(contract)
  return api.router({
    app: {
      watch: api.app.watch.handler(({ signal }) => core.hub.watch(signal)),
      status: api.app.status.handler(() => core.status()),
      options: api.app.options.handler(() => core.options()),
      shutdown: api.app.shutdown.handler(() => {
        // Answered first: the caller should learn that it was understood.
        setImmediate(() => void core.stop())
      }),
    },
    shares: {
      add: api.shares.add.handler(async ({ input }) => ({ id: await core.shares.add(input.path, input) })),
      beginUpload: api.shares.beginUpload.handler(() => {
        const uploadId = core.uploads.begin()
        return { uploadId, url: `/upload/${uploadId}` }
      }),
      finishUpload: api.shares.finishUpload.handler(async ({ input }) => {
        const path = await core.uploads.finish(input.uploadId, input.title)
        return { id: await core.shares.add(path, input) }
      }),
      cancelUpload: api.shares.cancelUpload.handler(({ input }) => core.uploads.cancel(input.uploadId)),
      download: api.shares.download.handler(async ({ input }) => ({
        id: await core.shares.download(input.link, input),
      })),
      setMode: api.shares.setMode.handler(({ input }) => core.shares.setMode(input.id, input.mode)),
      pause: api.shares.pause.handler(({ input }) => core.shares.pause(input.id)),
      resume: api.shares.resume.handler(({ input }) => core.shares.resume(input.id)),
      remove: api.shares.remove.handler(({ input }) => core.shares.remove(input.id, input.withFiles)),
      setOpenly: api.shares.setOpenly.handler(({ input }) => core.shares.setOpenly(input.id, input.openly)),
      verify: api.shares.verify.handler(async ({ input }) => ({
        badParts: await core.shares.verify(input.id),
      })),
      detail: api.shares.detail.handler(({ input, signal }) => core.shares.detail(input.id, signal)),
      entries: api.shares.entries.handler(({ input }) => {
        return core.shares.entries(input.id, input.offset, input.limit)
      }),
      setLimits: api.shares.setLimits.handler(({ input }) => core.shares.setLimits(input.id, input)),
      reveal: api.shares.reveal.handler(({ input }) => shellOf(core).reveal(core.shares.pathOf(input.id))),
    },
    nearby: {
      connect: api.nearby.connect.handler(async ({ input }) => ({
        peerId: await core.connect(input.address),
      })),
    },
    mail: mailRouter(core),
    messages: messagesRouter(core),
    names: namesRouter(core),
    servers: serversRouter(core),
    sockets: socketsRouter(core),
    settings: {
      update: api.settings.update.handler(({ input }) => core.updateSettings(input)),
    },
    shell: {
      pick: api.shell.pick.handler(async ({ input }) => ({ paths: await shellOf(core).pick(input.what) })),
    },
  })
}

export type Router = ReturnType<typeof createRouter>

function shellOf({ shell }: ContractCore) {
  if (!shell)
    throw new ShoalError('not-supported', 'this needs the desktop app: a browser page cannot open folders')
  return shell
}
