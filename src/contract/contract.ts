import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { base } from './base.ts'
import type { compareContract } from './compare.ts'
import { mailContract } from './mail.ts'
import { messagesContract } from './messages.ts'
import { namesContract } from './names.ts'
import { nearbyPeerSchema, networkSchema, noticeSchema } from './network.ts'
import { settingsSchema } from './settings.ts'
import { serversContract } from './servers.ts'
import { socketsContract } from './sockets.ts'
import { entrySchema, modeSchema, shareDetailSchema, shareSchema } from './share.ts'
import { statusSchema } from './status.ts'

/** Longest link or path a caller may pass, characters. */
const MAX_TEXT = 16_384
const idSchema = z.string().min(1).max(128)
const pathSchema = z.string().min(1).max(MAX_TEXT)
const linkSchema = z.string().min(1).max(MAX_TEXT)

/** The host the core runs in: what it can do besides. */
export const hostSchema = z.object({
  kind: z.enum(['electron', 'headless', 'memory']),
  version: z.string(),
  platform: z.string(),
  home: z.string(),
  /** The shell can open folders and show native dialogs. */
  canReveal: z.boolean(),
  canPick: z.boolean(),
})
export type Host = z.infer<typeof hostSchema>

/** Everything a user interface shows, first whole, then in changes. A reconnect begins with a new snapshot. */
export const updateSchema = z.discriminatedUnion('is', [
  z.object({
    is: z.literal('snapshot'),
    host: hostSchema,
    shares: z.array(shareSchema),
    nearby: z.array(nearbyPeerSchema),
    network: networkSchema,
    settings: settingsSchema,
  }),
  z.object({ is: z.literal('shares'), changed: z.array(shareSchema), removed: z.array(idSchema) }),
  z.object({ is: z.literal('nearby'), changed: z.array(nearbyPeerSchema), removed: z.array(idSchema) }),
  z.object({ is: z.literal('network'), network: networkSchema }),
  z.object({ is: z.literal('settings'), settings: settingsSchema }),
  z.object({ is: z.literal('notice'), notice: noticeSchema }),
])
export type Update = z.infer<typeof updateSchema>

/** Options that hold for the whole core: when one is running, a caller's must equal its own. */
export const coreOptionsSchema = z.object({
  name: z.string().optional(),
  listen: z.array(z.string()).optional(),
  mdns: z.boolean().optional(),
  dht: z.boolean().optional(),
  lane: z.boolean().optional(),
  limitUp: z.number().optional(),
  limitDown: z.number().optional(),
  trackers: z.array(z.string()).optional(),
})
export type CoreOptions = z.infer<typeof coreOptionsSchema>

export const contract = {
  app: {
    /** Snapshot, then changes (at most about ten a second). */
    watch: base.output(eventIterator(updateSchema)),
    status: base.output(statusSchema),
    /** The core-wide options in force. */
    options: base.output(coreOptionsSchema),
    /** Ends the core in good order. */
    shutdown: base.output(z.void()),
  },
  shares: {
    /** Shares a file or folder of this laptop in place. Returns at once; hashing shows as a state. */
    add: base
      .input(
        z.object({
          path: pathSchema,
          title: z.string().max(256).optional(),
          openly: z.boolean().default(false),
        }),
      )
      .output(z.object({ id: idSchema })),
    /**
     * Takes files from a page that has no paths (a browser): bytes are PUT to `<url>/<relative path>` with the page's
     * token, then `finishUpload` shares what arrived.
     */
    beginUpload: base.output(z.object({ uploadId: idSchema, url: z.string() })),
    finishUpload: base
      .input(z.object({ uploadId: idSchema, title: z.string().max(256).optional(), openly: z.boolean() }))
      .output(z.object({ id: idSchema })),
    cancelUpload: base.input(z.object({ uploadId: idSchema })).output(z.void()),
    /** Starts a download, or takes up an interrupted one; the same link twice is the same share. */
    download: base
      .input(
        z.object({
          link: linkSchema,
          to: pathSchema.optional(),
          mode: modeSchema.default('p2p'),
          /** Multiaddresses to try, besides those in the link. */
          peers: z.array(z.string().max(1024)).max(64).default([]),
        }),
      )
      .output(z.object({ id: idSchema })),
    /** From whom the rest comes: the other laptops, or the server that the link names. */
    setMode: base.input(z.object({ id: idSchema, mode: modeSchema })).output(z.void()),
    pause: base.input(z.object({ id: idSchema })).output(z.void()),
    resume: base.input(z.object({ id: idSchema })).output(z.void()),
    /** Ends a share or download. `withFiles` also deletes what was downloaded. */
    remove: base.input(z.object({ id: idSchema, withFiles: z.boolean() })).output(z.void()),
    /** Lists a share to everyone nearby, or no longer. */
    setOpenly: base.input(z.object({ id: idSchema, openly: z.boolean() })).output(z.void()),
    verify: base.input(z.object({ id: idSchema })).output(z.object({ badParts: z.number() })),
    detail: base.input(z.object({ id: idSchema })).output(eventIterator(shareDetailSchema)),
    entries: base
      .input(
        z.object({ id: idSchema, offset: z.number().int().min(0), limit: z.number().int().min(1).max(1000) }),
      )
      .output(z.object({ total: z.number(), entries: z.array(entrySchema) })),
    /** Limits of one share, bits per second, 0 none. */
    setLimits: base
      .input(z.object({ id: idSchema, up: z.number().min(0).max(1e12), down: z.number().min(0).max(1e12) }))
      .output(z.void()),
    /** Shows a share's folder in the system's file manager. */
    reveal: base.input(z.object({ id: idSchema })).output(z.void()),
  },
  nearby: {
    /** Connects to a typed address: multiaddress, `host:port` or `host`. */
    connect: base
      .input(z.object({ address: z.string().min(1).max(1024) }))
      .output(z.object({ peerId: idSchema })),
  },
  mail: mailContract,
  messages: messagesContract,
  names: namesContract,
  servers: serversContract,
  sockets: socketsContract,
  settings: {
    update: base.input(settingsSchema.partial()).output(settingsSchema),
  },
  shell: {
    /** A native dialog; empty when cancelled. */
    pick: base
      .input(z.object({ what: z.enum(['file', 'folder']) }))
      .output(z.object({ paths: z.array(pathSchema) })),
  },
}
/** What a user interface may ask: of the core, and of the room that compares, which stands above it. */
export type Contract = typeof contract & { readonly compare: typeof compareContract }
