import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { base } from './base.ts'
import { deliveriesContract } from './deliveries.ts'
import { lookupsContract } from './lookups.ts'
import { machineSchema } from './machine.ts'
import { modeSchema, problemSchema } from './share.ts'

/** Bits per second. */
const rateSchema = z.number().min(1000).max(1e11)
const idSchema = z.string().min(1).max(128)
/** Most downloaders of one race: each is a process of its own on this machine. */
export const MAX_RACE_PEERS = 64

/** A switch gives each link its own rate; on Wi-Fi all share the air, and what goes from peer to peer crosses it twice. */
export const mediumSchema = z.enum(['switch', 'wifi'])
export type Medium = z.infer<typeof mediumSchema>

/** What was asked for: one file to N downloaders, in each mode, for each N. Sizes in bytes, rates in bits per second. */
export const raceSpecSchema = z.object({
  peers: z.array(z.number().int().min(1).max(MAX_RACE_PEERS)).min(1).max(16),
  size: z
    .number()
    .int()
    .min(1)
    .max(2 ** 32),
  /** A file of this laptop to send instead of random bytes; its size counts then. */
  path: z.string().min(1).max(4096).optional(),
  /** Uplink and downlink of each downloader, uplink of the source and of each server. */
  up: rateSchema,
  down: rateSchema,
  sourceUp: rateSchema,
  /** One way, milliseconds, added on every link. */
  delayMs: z.number().min(0).max(1000).default(0),
  /** Servers with the whole file (mirrors) in client–server mode. */
  servers: z.number().int().min(1).max(16).default(1),
  /** On Wi-Fi the air carries `down` altogether; the source is connected to the access point by wire. */
  medium: mediumSchema.default('switch'),
  modes: z.array(modeSchema).min(1).max(2).default(['http', 'p2p']),
  /** How often each point is run; the order of the modes alternates. */
  repeats: z.number().int().min(1).max(5).default(1),
  /** Resilience: the server, or the source, is switched off once it has sent so many times the file. */
  switchOffAt: z.number().min(0.05).max(64).optional(),
})
export type RaceSpec = z.infer<typeof raceSpecSchema>
/** As a caller may write it. */
export type RaceSpecInput = z.input<typeof raceSpecSchema>

/** The terms of the two bounds; the largest one is the bound. */
export const boundTermSchema = z.enum([
  /** F ÷ uₛ, or N·F ÷ (K·uₛ) from servers. */
  'source-uplink',
  /** F ÷ d of the slowest. */
  'slowest-downlink',
  /** N·F ÷ (uₛ + Σuᵢ). */
  'all-uplinks',
  /** What the shared medium carries. */
  'medium',
])
export type BoundTerm = z.infer<typeof boundTermSchema>

/**
 * Why a run took longer than its bound: a closed set, in seconds that add up to measured − bound. Each is the time the link
 * that sets the bound spent on it.
 */
export const raceReasonNameSchema = z.enum([
  /** Finding, connecting, shaking hands: until the first byte of the file moved. */
  'start',
  /** Bytes that are not the file: requests, acknowledgements, encryption, hashes. */
  'overhead',
  /** Bytes of the file sent more often than the bound assumes. */
  'repeats',
  /** The link stood still while the processor was busy. */
  'processor',
  /** The link stood still although there was something to send. */
  'idle',
  /** After the last byte left the link: the last chunks on their way through the others. */
  'tail',
  /** After the last byte arrived: hashing and writing. */
  'disk',
])
export type RaceReasonName = z.infer<typeof raceReasonNameSchema>
export const raceReasonSchema = z.object({ is: raceReasonNameSchema, seconds: z.number() })
export type RaceReason = z.infer<typeof raceReasonSchema>

/** Who gave bytes: the source, a server, or one of the downloaders (`p1`, `p2` …). */
export const raceGiverSchema = z.object({ id: idSchema, name: z.string(), isSource: z.boolean() })
export type RaceGiver = z.infer<typeof raceGiverSchema>

/** One downloader of a finished run. */
export const racePeerSchema = z.object({
  id: idSchema,
  name: z.string(),
  /** From the start to the last byte verified on disk; null: it never got there. */
  seconds: z.number().nullable(),
  /** Bytes this downloader's sockets sent and received, everything counted. */
  sent: z.number(),
  received: z.number(),
  cpuSeconds: z.number(),
  /** Seconds since the start, rising. */
  at: z.array(z.number()),
  /** Verified bytes by then, from each giver: `bytes[g][i]` from `givers[g]` at `at[i]`. */
  bytes: z.array(z.array(z.number())),
})
export type RacePeer = z.infer<typeof racePeerSchema>

/** One point of the plot: one mode, one N, one run. */
export const racePointSchema = z.object({
  mode: modeSchema,
  n: z.number(),
  /** 1 for the first run of this point. */
  repeat: z.number(),
  /** Until the last downloader held everything; null when not all did. */
  seconds: z.number().nullable(),
  completed: z.number(),
  bound: z.number(),
  boundTerm: boundTermSchema,
  /** Every term of the bound with this run's values, seconds. */
  terms: z.array(z.object({ is: boundTermSchema, seconds: z.number() })),
  /** Bytes all sources or servers sent on their sockets, and of those, bytes of the file. */
  sourceBytes: z.number(),
  sourcePayload: z.number(),
  /** Bytes all downloaders sent. */
  peerBytes: z.number(),
  /** Empty when not everybody got it. */
  reasons: z.array(raceReasonSchema),
  /** What this machine's processor did during the run: 1 is every core busy. */
  processorBusy: z.number(),
  sourceCpuSeconds: z.number(),
  /** The processor, not a link, set the pace: the times say nothing about the network. */
  isProcessorLimited: z.boolean(),
  /** When the source or server was switched off, seconds after the start. */
  switchedOffAt: z.number().nullable(),
  /** Rates the bound uses, bits per second: those set, or (across laptops) those measured. */
  rates: z.object({
    source: z.number(),
    peers: z.array(z.object({ up: z.number(), down: z.number() })),
    /** What the shared air carries; null on a switch. */
    medium: z.number().nullable(),
    /** Across laptops: a source on Wi-Fi sends every byte through the air twice. Left out: it is wired. */
    sourceIsWired: z.boolean().optional(),
  }),
  givers: z.array(raceGiverSchema),
  peers: z.array(racePeerSchema),
})
export type RacePoint = z.infer<typeof racePointSchema>

/** Where it ran: processes of this machine behind shaped links, or the laptops connected now. */
export const raceGroundSchema = z.enum(['here', 'laptops'])
export type RaceGround = z.infer<typeof raceGroundSchema>

/** A finished race, as it is saved. */
export const raceResultSchema = z.object({
  v: z.literal(1),
  id: idSchema,
  /** Milliseconds since 1970. */
  at: z.number(),
  ground: raceGroundSchema,
  spec: raceSpecSchema,
  machine: machineSchema,
  points: z.array(racePointSchema),
})
export type RaceResult = z.infer<typeof raceResultSchema>

/** A saved result as lists show it. */
export const raceSummarySchema = raceResultSchema
  .pick({ id: true, at: true, ground: true, spec: true })
  .extend({ points: z.number() })
export type RaceSummary = z.infer<typeof raceSummarySchema>

/** The run going on now: one bar per downloader. */
export const raceLiveSchema = z.object({
  mode: modeSchema,
  n: z.number(),
  repeat: z.number(),
  /** Processes are started, everybody gets ready; then bytes move. */
  phase: z.enum(['preparing', 'running']),
  /** Since the start of this run. */
  seconds: z.number(),
  /** What is expected of it: the bound. */
  bound: z.number(),
  size: z.number(),
  sourceBytes: z.number(),
  givers: z.array(raceGiverSchema),
  /** Verified bytes of each downloader by giver, in the order of `givers`. */
  peers: z.array(
    z.object({
      id: idSchema,
      name: z.string(),
      bytes: z.array(z.number()),
      seconds: z.number().nullable(),
    }),
  ),
})
export type RaceLive = z.infer<typeof raceLiveSchema>

export const raceEndSchema = z.discriminatedUnion('is', [
  z.object({ is: z.literal('finished') }),
  z.object({ is: z.literal('cancelled') }),
  z.object({ is: z.literal('failed'), problem: problemSchema }),
])
export type RaceEnd = z.infer<typeof raceEndSchema>

/** One race as one watches it: `begun` with the points so far, then what happens, then `ended`. */
export const raceEventSchema = z.discriminatedUnion('is', [
  /** No race goes on. */
  z.object({ is: z.literal('none') }),
  z.object({
    is: z.literal('begun'),
    raceId: idSchema,
    ground: raceGroundSchema,
    spec: raceSpecSchema,
    points: z.array(racePointSchema),
    /** All points there will be, and the sum of their bounds. */
    total: z.number(),
    boundSeconds: z.number(),
  }),
  /** At most about five a second. */
  z.object({ is: z.literal('live'), live: raceLiveSchema }),
  z.object({ is: z.literal('point'), point: racePointSchema }),
  /** A finished race is saved under its `raceId`. */
  z.object({ is: z.literal('ended'), raceId: idSchema, end: raceEndSchema }),
])
export type RaceEvent = z.infer<typeof raceEventSchema>

/** A connected laptop, and whether it takes part in races. */
export const raceLaptopSchema = z.object({
  peerId: z.string(),
  name: z.string(),
  /** How it is connected, as far as it is known. */
  link: z.enum(['ethernet', 'wifi', 'other']),
})
export type RaceLaptop = z.infer<typeof raceLaptopSchema>

/** Somebody asks this laptop to take part. */
export const raceInvitationSchema = z.object({
  id: idSchema,
  from: z.object({ peerId: z.string(), name: z.string() }),
  /** Bytes that will be received, all runs together, at most. */
  bytes: z.number(),
  laptops: z.number(),
  at: z.number(),
})
export type RaceInvitation = z.infer<typeof raceInvitationSchema>

export const laptopRaceSpecSchema = z.object({
  peerIds: z.array(z.string().min(1).max(128)).min(1).max(MAX_RACE_PEERS),
  size: z
    .number()
    .int()
    .min(1)
    .max(2 ** 30),
  modes: z.array(modeSchema).min(1).max(2).default(['http', 'p2p']),
  repeats: z.number().int().min(1).max(5).default(1),
  /** Left out: as the laptops say how they are connected. */
  medium: mediumSchema.optional(),
})
export type LaptopRaceSpec = z.infer<typeof laptopRaceSpecSchema>

/** Comparing both ways of getting a file on the user's own machines. One race at a time. */
export const compareContract = {
  /** Begins a race of processes of this machine; follow it with `watch`. */
  start: base.input(raceSpecSchema).output(z.object({ raceId: idSchema })),
  /** Begins a race across laptops connected now; each is asked first. */
  startLaptops: base.input(laptopRaceSpecSchema).output(z.object({ raceId: idSchema })),
  /** The race going on, the last one ended, or `none`; then everything that happens. */
  watch: base.output(eventIterator(raceEventSchema)),
  /** Ends the race going on; nothing is left behind. */
  cancel: base.output(z.void()),
  /** Laptops that could take part, and invitations to this one; at once and after every change. */
  laptops: base.output(
    eventIterator(
      z.object({ laptops: z.array(raceLaptopSchema), invitations: z.array(raceInvitationSchema) }),
    ),
  ),
  answer: base.input(z.object({ id: idSchema, accept: z.boolean() })).output(z.void()),
  /** Saved results, newest first. */
  results: base.output(z.array(raceSummarySchema)),
  load: base.input(z.object({ id: idSchema })).output(raceResultSchema),
  /** Takes a result that was exported as JSON. */
  import: base.input(z.object({ json: z.string().max(2 ** 24) })).output(z.object({ id: idSchema })),
  remove: base.input(z.object({ id: idSchema })).output(z.void()),
  /** Direct messages beside mail. */
  deliveries: deliveriesContract,
  /** Finding a name, through servers and among peers. */
  lookups: lookupsContract,
  /** A result as a file; the SVG stands on its own. */
  export: base
    .input(
      z.object({
        id: idSchema,
        format: z.enum(['json', 'csv', 'svg']),
        language: z.enum(['en', 'ko']).default('en'),
      }),
    )
    .output(z.object({ name: z.string(), type: z.string(), text: z.string() })),
}
