import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { base } from './base.ts'
import { problemSchema } from './share.ts'

/** What a laptop may be for others; each is switched on by itself. */
export const serverRoleNameSchema = z.enum(['files', 'tracker', 'dns', 'mail'])
export type ServerRoleName = z.infer<typeof serverRoleNameSchema>

export const portNameSchema = z.enum(['http', 'dns', 'smtp', 'pop3', 'imap'])
export type PortName = z.infer<typeof portNameSchema>

const portSchema = z.number().int().min(0).max(65_535)

/** Ports by what they speak. As a wish: 0 is any free one, one left out is the default or the next free. */
export const portsSchema = z.object({
  http: portSchema.optional(),
  dns: portSchema.optional(),
  smtp: portSchema.optional(),
  pop3: portSchema.optional(),
  imap: portSchema.optional(),
})
export type Ports = z.infer<typeof portsSchema>

/** Who can reach the servers: programs of this laptop, everybody on its networks, or those who reach one address. */
export const reachSchema = z.discriminatedUnion('is', [
  z.object({ is: z.literal('this-laptop') }),
  z.object({ is: z.literal('network') }),
  z.object({ is: z.literal('address'), host: z.string().min(1).max(64) }),
])
export type Reach = z.infer<typeof reachSchema>

/** One server of the embedded tree of names. */
export const treeZoneSchema = z.object({ zone: z.string(), address: z.string(), port: z.number() })
export type TreeZone = z.infer<typeof treeZoneSchema>

export const serverRoleStateSchema = z.discriminatedUnion('is', [
  z.object({ is: z.literal('off') }),
  z.object({ is: z.literal('starting') }),
  z.object({ is: z.literal('on') }),
  z.object({ is: z.literal('failed'), problem: problemSchema }),
])
export type ServerRoleState = z.infer<typeof serverRoleStateSchema>

export const serversSchema = z.object({
  /** Every role there is, in the order they are shown. */
  roles: z.array(z.object({ name: serverRoleNameSchema, state: serverRoleStateSchema })),
  reach: reachSchema,
  /** IP addresses listened on now; empty while nothing runs. */
  hosts: z.array(z.string()),
  /** Of the roles that run. */
  ports: portsSchema,
  /** Where HTTP is reached, best first: `http://192.168.0.7:8420`. */
  origins: z.array(z.string()),
  tree: z.array(treeZoneSchema),
})
export type ServersView = z.infer<typeof serversSchema>

export const serversContract = {
  /** At once, and after every change. */
  watch: base.output(eventIterator(serversSchema)),
  /** Switches roles on, those that run already stay; another `reach` moves them all. Rejects when one cannot start. */
  start: base
    .input(
      z.object({
        /** Left out: every role there is. */
        roles: z.array(serverRoleNameSchema).min(1).optional(),
        reach: reachSchema.optional(),
        ports: portsSchema.default({}),
        /** On again when the core starts next. */
        keep: z.boolean().default(false),
      }),
    )
    .output(serversSchema),
  /** Lets others in, or no longer: moves what runs, and is remembered for what is switched on later. */
  setReach: base.input(z.object({ reach: reachSchema })).output(serversSchema),
  /** Switches roles off; all of them when none is named. */
  stop: base
    .input(
      z.object({ roles: z.array(serverRoleNameSchema).min(1).optional(), keep: z.boolean().default(false) }),
    )
    .output(serversSchema),
  /**
   * Opens a way in for browsers and for downloads over HTTP, on every interface this laptop listens on, while it is
   * watched; links name it. `port` 0 is any free one. Origins best first, loopback only when there is nothing else.
   */
  door: base
    .input(z.object({ port: portSchema }))
    .output(eventIterator(z.object({ origins: z.array(z.string()) }))),
  /**
   * Where a browser on another machine finds a share, best first; nothing while nobody else reaches this laptop's HTTP.
   * `spoken` is short enough to read aloud, and leads there from the first time it is asked for.
   */
  addressOf: base
    .input(z.object({ cid: z.string().min(1).max(128) }))
    .output(z.object({ page: z.string(), spoken: z.string() }).nullable()),
}
