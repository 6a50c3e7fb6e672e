import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { base } from './base.ts'

/** What is different from a good day while messages are sent. */
export const deliveryConditionSchema = z.enum([
  /** Everybody is awake and every server is up. */
  'awake',
  /** The recipient's laptop sleeps in the middle of it. */
  'asleep',
  /** The recipient's mail server is down in the middle of it. */
  'server-down',
])
export type DeliveryCondition = z.infer<typeof deliveryConditionSchema>

export const deliverySpecSchema = z.object({
  /** Messages in each condition, each sent both ways at the same moment; no more than a peer takes from another at once. */
  messages: z.number().int().min(4).max(18).default(18),
  /** Milliseconds between them. */
  intervalMs: z.number().int().min(20).max(5_000).default(200),
  conditions: z.array(deliveryConditionSchema).min(1).max(3).default(['awake', 'asleep', 'server-down']),
})
export type DeliverySpec = z.infer<typeof deliverySpecSchema>

/** One message on one way. Milliseconds since its condition began. */
const tracedSchema = z.object({ sentAt: z.number(), arrivedAt: z.number().nullable() })

/** One way of sending under one condition. Delays in milliseconds, of what arrived; null when nothing did. */
export const deliveryWaySchema = z.object({
  messages: z.array(tracedSchema),
  delivered: z.number(),
  medianMs: z.number().nullable(),
  longestMs: z.number().nullable(),
})
export type DeliveryWay = z.infer<typeof deliveryWaySchema>

export const deliveryTrialSchema = z.object({
  condition: deliveryConditionSchema,
  /** How long it took in all, milliseconds. */
  lengthMs: z.number(),
  /** From when to when the recipient slept, or the server was down. Milliseconds since the beginning. */
  trouble: z.object({ from: z.number(), to: z.number() }).nullable(),
  direct: deliveryWaySchema,
  mail: deliveryWaySchema,
})
export type DeliveryTrial = z.infer<typeof deliveryTrialSchema>

/** Direct messages beside mail: whole, a few times a second; the last one says `done`. */
export const deliveryComparisonSchema = z.object({
  state: z.enum(['running', 'done']),
  spec: deliverySpecSchema,
  trials: z.array(deliveryTrialSchema),
})
export type DeliveryComparison = z.infer<typeof deliveryComparisonSchema>

export const deliveriesContract = {
  /**
   * Sends messages to a recipient of this machine both ways, over real connections: directly between two nodes, and by SMTP from one
   * mail server to the other, from where they are pulled by HTTP. Ends when nobody follows any more.
   */
  compare: base.input(deliverySpecSchema).output(eventIterator(deliveryComparisonSchema)),
}
