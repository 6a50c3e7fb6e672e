import { z } from 'zod'
import { problemSchema } from './share.ts'

/** A share that somebody nearby lists openly. */
export const offeredShareSchema = z.object({
  cid: z.string(),
  link: z.string(),
  name: z.string(),
  title: z.string().nullable(),
  kind: z.enum(['file', 'folder']),
  size: z.number(),
  files: z.number(),
})
export type OfferedShare = z.infer<typeof offeredShareSchema>

/** Somebody on this network. */
export const nearbyPeerSchema = z.object({
  peerId: z.string(),
  name: z.string(),
  version: z.string(),
  addresses: z.array(z.string()),
  connected: z.boolean(),
  foundBy: z.array(z.string()),
  shares: z.array(offeredShareSchema),
})
export type NearbyPeer = z.infer<typeof nearbyPeerSchema>

export const peerSourceKindSchema = z.enum([
  'mdns',
  'dht',
  'tracker',
  'hints',
  'remembered',
  'typed',
  'exchange',
])

/** What more there is to say of a way of finding peers, or why it fails. */
export const peerSourceDetailSchema = z.discriminatedUnion('is', [
  z.object({ is: z.literal('table'), peers: z.number() }),
  z.object({ is: z.literal('interfaces'), names: z.array(z.string()).readonly() }),
  z.object({ is: z.literal('servers'), answering: z.number(), all: z.number() }),
  z.object({ is: z.literal('no-interface') }),
  z.object({ is: z.literal('no-multicast') }),
  z.object({ is: z.literal('no-memory') }),
  /** In the words of the system, or of a server. */
  z.object({ is: z.literal('error'), message: z.string() }),
])
export type PeerSourceDetailView = z.infer<typeof peerSourceDetailSchema>

/** One way of finding peers, and how it fares. */
export const peerSourceSchema = z.object({
  kind: peerSourceKindSchema,
  state: z.enum(['off', 'starting', 'on', 'failed']),
  found: z.number(),
  detail: peerSourceDetailSchema.nullable(),
})
export type PeerSourceView = z.infer<typeof peerSourceSchema>

export const networkInterfaceSchema = z.object({
  name: z.string(),
  addresses: z.array(z.string()),
  excluded: z.boolean(),
  /** Where it stands out: virtual (Docker, VPN), loopback. */
  kind: z.enum(['ethernet', 'wifi', 'virtual', 'loopback', 'other']),
})

/** This laptop on its network. */
export const networkSchema = z.object({
  peerId: z.string(),
  name: z.string(),
  version: z.string(),
  /** Multiaddresses to type on the other laptop. */
  addresses: z.array(z.string()),
  interfaces: z.array(networkInterfaceSchema),
  sources: z.array(peerSourceSchema),
  /** What the network is called, when the system tells (Wi-Fi name), else its address range. */
  networkName: z.string().nullable(),
})
export type Network = z.infer<typeof networkSchema>

/** Something that happened once and a person should see. */
export const noticeSchema = z.discriminatedUnion('is', [
  z.object({ is: z.literal('share-complete'), id: z.string(), name: z.string(), path: z.string() }),
  z.object({ is: z.literal('safe-to-leave'), id: z.string(), name: z.string() }),
  z.object({ is: z.literal('all-have-it'), id: z.string(), name: z.string(), receivers: z.number() }),
  /** A direct message came; `offer` is the name of what it offers. */
  z.object({
    is: z.literal('message'),
    id: z.string(),
    peerId: z.string(),
    name: z.string(),
    text: z.string(),
    offer: z.string().nullable(),
  }),
  z.object({ is: z.literal('problem'), id: z.string().nullable(), problem: problemSchema }),
])
export type Notice = z.infer<typeof noticeSchema>
