import { z } from 'zod'
import { ERROR_CODES } from '../base/errors.ts'

/** An error as it crosses the contract: a code to act on, facts for a sentence, English text as a fallback. */
export const problemSchema = z.object({
  code: z.enum(ERROR_CODES),
  message: z.string(),
  data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
})
export type Problem = z.infer<typeof problemSchema>

/** What limits a transfer now; the closed set of the command line's `limit`. */
export const limitSchema = z.enum([
  'source-uplink',
  'my-downlink',
  'my-uplink',
  'disk',
  'hashing',
  'no-source',
  'set-limit',
])
export type Limit = z.infer<typeof limitSchema>

export const modeSchema = z.enum(['p2p', 'http'])
export type Mode = z.infer<typeof modeSchema>

/** Where a share stands. One owner (core) changes it; each state has only its own fields. */
export const shareStateSchema = z.discriminatedUnion('is', [
  /** Being read and hashed before it can be offered. Bytes; `bytesTotal` 0 while folders are still being listed. */
  z.object({
    is: z.literal('hashing'),
    filesFound: z.number(),
    bytesDone: z.number(),
    bytesTotal: z.number(),
    bytesPerSecond: z.number(),
    secondsLeft: z.number().nullable(),
  }),
  /** A download that has not found anyone who proves that they know the share. */
  z.object({ is: z.literal('looking') }),
  z.object({ is: z.literal('downloading') }),
  /** Everybody with the rest is gone: `missingHere` parts nobody connected has. */
  z.object({ is: z.literal('waiting'), missingHere: z.number() }),
  /** Stopped by the user. */
  z.object({ is: z.literal('paused') }),
  /** Stopped by the disk (full, permission denied); goes on by itself when it can. */
  z.object({ is: z.literal('stuck'), problem: problemSchema }),
  /** Reading again what is on disk. */
  z.object({ is: z.literal('checking'), done: z.number(), total: z.number() }),
  /** Everything is held and served. */
  z.object({ is: z.literal('serving') }),
  /** Everything is held; not served (stopped by the user). */
  z.object({ is: z.literal('stopped') }),
  z.object({ is: z.literal('failed'), problem: problemSchema }),
])
export type ShareState = z.infer<typeof shareStateSchema>

export const leftOutSchema = z.object({
  symbolicLinks: z.number(),
  specialFiles: z.number(),
  unportableNames: z.number(),
  unreadable: z.number(),
  examples: z.array(z.string()),
})

/** One share as lists show it. Sizes in bytes, rates in bits per second, times in milliseconds since 1970. */
export const shareSchema = z.object({
  /** Stable while hashing too, when there is no CID yet. */
  id: z.string(),
  /** Ids of earlier entries for the same content, which this one stands for since it was shared anew. */
  formerIds: z.array(z.string()).optional(),
  cid: z.string().nullable(),
  link: z.string().nullable(),
  role: z.enum(['source', 'download']),
  name: z.string(),
  title: z.string().nullable(),
  kind: z.enum(['file', 'folder']).nullable(),
  size: z.number().nullable(),
  files: z.number().nullable(),
  /** Listed to everyone nearby; otherwise only the link leads here. */
  openly: z.boolean(),
  state: shareStateSchema,
  mode: modeSchema,
  /** Of a download: its link names a server, so that it can come from there. */
  hasServer: z.boolean(),
  /** Verified on disk, resumed ones included. */
  bytesHeld: z.number(),
  partsHeld: z.number(),
  parts: z.number(),
  downRate: z.number(),
  upRate: z.number(),
  /** Since the core started. */
  bytesReceived: z.number(),
  bytesSent: z.number(),
  peers: z.number(),
  secondsLeft: z.number().nullable(),
  limit: limitSchema.nullable(),
  /** Of the bytes received: how much came from laptops other than the source, 0…1; null before the first byte. */
  fromOthers: z.number().nullable(),
  /** A full copy is out among the others: this laptop may leave. */
  safeToLeave: z.boolean(),
  /** Receivers known now: how many hold everything, and how many there are. */
  copies: z.object({ complete: z.number(), of: z.number() }),
  path: z.string().nullable(),
  leftOut: leftOutSchema,
  addedAt: z.number(),
  completedAt: z.number().nullable(),
})
export type Share = z.infer<typeof shareSchema>

/** One laptop in the swarm of a share, as seen from here. */
export const swarmPeerSchema = z.object({
  peerId: z.string(),
  name: z.string(),
  /** Who opened the connection. */
  opened: z.enum(['me', 'them']),
  /** `http`: a server that the download comes from. */
  lane: z.enum(['tls', 'stream', 'http']),
  address: z.string(),
  /** Share of the content it holds, 0…1. */
  has: z.number(),
  downRate: z.number(),
  upRate: z.number(),
  bytesReceived: z.number(),
  bytesSent: z.number(),
  /** Who is server for the part now passing: it uploads. `both` while parts pass each way; null when idle. */
  nowServing: z.enum(['me', 'them', 'both']).nullable(),
  isSource: z.boolean(),
  /** Milliseconds of a round trip on the control stream. */
  roundTrip: z.number().nullable(),
})
export type SwarmPeer = z.infer<typeof swarmPeerSchema>

/** The picture of one share: sent whole, about twice a second while someone looks. */
export const shareDetailSchema = z.object({
  id: z.string(),
  peers: z.array(swarmPeerSchema),
  /** Who gave each chunk: index into `givers`, −1 not held, −2 in flight. Resumed or shared from here: giver `me`. */
  chunkGivers: z.array(z.number()),
  givers: z.array(
    z.object({ peerId: z.string(), name: z.string(), isSource: z.boolean(), isMe: z.boolean() }),
  ),
  /** Of each chunk, how many connected peers hold it (255 at most). */
  availability: z.array(z.number()),
  /** One sample a second, newest last, at most 300. Bits per second. */
  rates: z.array(z.object({ at: z.number(), down: z.number(), up: z.number() })),
})
export type ShareDetail = z.infer<typeof shareDetailSchema>

export const entrySchema = z.object({ path: z.string(), size: z.number(), executable: z.boolean() })
