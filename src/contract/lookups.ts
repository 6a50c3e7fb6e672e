import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { base } from './base.ts'
import { machineSchema } from './machine.ts'

/** Most laptops of one comparison: each is a whole peer on sockets of its own. */
export const MAX_LOOKUP_PEERS = 256
/** Kademlia's k in Shoal. */
export const KADEMLIA_K = 20

/** Through servers, or among peers. */
export const lookupWaySchema = z.enum(['dns', 'dht'])
export type LookupWay = z.infer<typeof lookupWaySchema>

/** Who asks has never heard of the name, or asks a second time. */
export const lookupMemorySchema = z.enum(['cold', 'warm'])
export type LookupMemory = z.infer<typeof lookupMemorySchema>

/** What is asked for. Every part has a default. */
export const lookupSpecSchema = z.object({
  /** Laptops that have names and, among peers, keep them for each other. */
  peers: z.array(z.number().int().min(2).max(MAX_LOOKUP_PEERS)).min(1).max(8).default([4, 16, 64, 256]),
  /** Look-ups among peers at each point. Those through servers cost little and are more. */
  lookups: z.number().int().min(2).max(50).default(8),
  /** Parts of the servers and of the laptops that are switched off, with the most laptops. */
  off: z.array(z.number().min(0.05).max(0.95)).max(6).default([0.25, 0.5, 0.75]),
  /** Servers of each zone: the root, the top-level domain, the domain. */
  servers: z.number().int().min(1).max(4).default(2),
  /** Kademlia's k: laptops of every distance that each knows, and laptops that keep a name. With a smaller one a small network is like a large one. */
  k: z.number().int().min(1).max(KADEMLIA_K).default(KADEMLIA_K),
})
export type LookupSpec = z.infer<typeof lookupSpecSchema>
export type LookupSpecInput = z.input<typeof lookupSpecSchema>

/** What all look-ups of one kind came to. Means are of those that found the name; null when none did. */
export const lookupPointSchema = z.object({
  way: lookupWaySchema,
  memory: lookupMemorySchema,
  /** Laptops. */
  n: z.number(),
  /** Part of servers or laptops that was switched off, as drawn. */
  off: z.number(),
  lookups: z.number(),
  found: z.number(),
  /** Questions and answers that crossed a socket, for each look-up. */
  messages: z.number(),
  /** Questions one after the other until the name was known: each costs a round trip. */
  rounds: z.number().nullable(),
  medianMs: z.number().nullable(),
  longestMs: z.number().nullable(),
  /** What theory expects; null where it says nothing. `found` is a part. */
  expected: z.object({ messages: z.number().nullable(), rounds: z.number().nullable(), found: z.number() }),
})
export type LookupPoint = z.infer<typeof lookupPointSchema>

/** What goes on. */
export const lookupDoingSchema = z.object({
  is: z.enum(['servers', 'building', 'putting', 'asking', 'switching-off']),
  n: z.number(),
  off: z.number(),
})
export type LookupDoing = z.infer<typeof lookupDoingSchema>

/** A finished comparison, as it is saved. */
export const lookupResultSchema = z.object({
  v: z.literal(1),
  id: z.string().min(1).max(128),
  /** Milliseconds since 1970. */
  at: z.number(),
  spec: lookupSpecSchema,
  machine: machineSchema,
  points: z.array(lookupPointSchema).max(200),
})
export type LookupResult = z.infer<typeof lookupResultSchema>

export const lookupSummarySchema = lookupResultSchema
  .pick({ id: true, at: true, spec: true })
  .extend({ points: z.number() })
export type LookupSummary = z.infer<typeof lookupSummarySchema>

/** Whole, a few times a second; the last one says `done` and under which id it was saved. */
export const lookupComparisonSchema = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('running'),
    spec: lookupSpecSchema,
    points: z.array(lookupPointSchema),
    /** Part of the work that is done, 0…1, and what goes on now. */
    progress: z.number(),
    doing: lookupDoingSchema.nullable(),
  }),
  z.object({ state: z.literal('done'), result: lookupResultSchema }),
])
export type LookupComparison = z.infer<typeof lookupComparisonSchema>

const byId = z.object({ id: z.string().min(1).max(128) })

/** Finding a name through servers and among peers. */
export const lookupsContract = {
  /** Measures on this machine, over real sockets. Ends when nobody follows any more. Throws `already-running`. */
  compare: base.input(lookupSpecSchema).output(eventIterator(lookupComparisonSchema)),
  /** Saved results, newest first. */
  results: base.output(z.array(lookupSummarySchema)),
  load: base.input(byId).output(lookupResultSchema),
  remove: base.input(byId).output(z.void()),
  /** Takes a result that was exported as JSON. */
  import: base.input(z.object({ json: z.string().max(2 ** 20) })).output(byId),
  /** A result as a file. */
  export: base
    .input(byId.extend({ format: z.enum(['json', 'csv']) }))
    .output(z.object({ name: z.string(), type: z.string(), text: z.string() })),
}
