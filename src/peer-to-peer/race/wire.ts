import { decode, encode } from '@ipld/dag-cbor'
import { z } from 'zod'
import { ERROR_CODES, errorMessage, ShoalError } from '../../base/index.ts'
import { MAX_RACE_FRAME, MAX_RACE_LAPTOPS, MAX_RACE_RUNS, MAX_RACE_SIZE } from './limits.ts'

const whole = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const portSchema = z.number().int().min(1).max(65_535)
const idSchema = z.string().min(1).max(128)
/** Milliseconds since 1970, with fractions. */
const timeSchema = z.number().min(0).max(1e14)

/** How a laptop is connected, as far as it knows. */
export const linkKindSchema = z.enum(['ethernet', 'wifi', 'other'])
export type LinkKind = z.infer<typeof linkKindSchema>

/** What is given out, by port alone: the host is the one the invitation came from, so that nobody is sent elsewhere. */
export const raceOfferSchema = z.discriminatedUnion('is', [
  z.object({ is: z.literal('swarm'), cid: idSchema, peerId: idSchema, port: portSchema }),
  z.object({ is: z.literal('server'), cid: idSchema, port: portSchema }),
  /** Measures rates with who comes: bytes down, then bytes up. */
  z.object({
    is: z.literal('meter'),
    port: portSchema,
    token: z.string().regex(/^[0-9a-f]{32}$/),
    up: z.boolean(),
  }),
])
export type RaceOffer = z.infer<typeof raceOfferSchema>

/** What is consented to. */
export const inviteSchema = z.object({
  is: z.literal('invite'),
  v: z.literal(1),
  name: z.string().max(256),
  size: z.number().int().min(1).max(MAX_RACE_SIZE),
  runs: z.number().int().min(1).max(MAX_RACE_RUNS),
  laptops: z.number().int().min(1).max(MAX_RACE_LAPTOPS),
})
export type Invite = z.infer<typeof inviteSchema>

/** From the laptop that invites. */
export const hostMessageSchema = z.discriminatedUnion('is', [
  inviteSchema,
  z.object({ is: z.literal('clock') }),
  z.object({ is: z.literal('prepare'), offer: raceOfferSchema }),
  z.object({ is: z.literal('go') }),
  z.object({ is: z.literal('finish') }),
])
export type HostMessage = z.infer<typeof hostMessageSchema>

export const raceSampleSchema = z.object({
  at: timeSchema,
  sent: whole,
  received: whole,
  payloadSent: whole,
  payloadReceived: whole,
  cpu: whole.nullable(),
  held: z
    .record(idSchema, whole)
    .refine((held) => Object.keys(held).length <= 2 * MAX_RACE_LAPTOPS, 'too many givers'),
})
export type RaceSample = z.infer<typeof raceSampleSchema>

/** From an invited laptop. */
export const guestMessageSchema = z.discriminatedUnion('is', [
  z.object({ is: z.literal('answer'), accept: z.boolean(), link: linkKindSchema }),
  z.object({ is: z.literal('clock'), at: timeSchema }),
  z.object({ is: z.literal('prepared'), peerId: idSchema.nullable() }),
  z.object({ is: z.literal('sample'), sample: raceSampleSchema }),
  z.object({ is: z.literal('complete'), at: timeSchema, lastByteAt: timeSchema, sample: raceSampleSchema }),
  z.object({ is: z.literal('finished'), sample: raceSampleSchema }),
  /** Bits per second; null: not asked for. */
  z.object({
    is: z.literal('probed'),
    down: z.number().min(0).max(1e12),
    up: z.number().min(0).max(1e12).nullable(),
  }),
  z.object({ is: z.literal('failed'), code: z.enum(ERROR_CODES), message: z.string().max(500) }),
])
export type GuestMessage = z.infer<typeof guestMessageSchema>

/** Bytes of one message (DAG-CBOR). */
export function encodeRaceMessage(message: HostMessage | GuestMessage): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(encode(message))
}

/** @throws ShoalError `protocol-violation` for anything that is not such a message. */
export function decodeRaceMessage<T>(schema: z.ZodType<T>, bytes: Uint8Array): T {
  if (bytes.length > MAX_RACE_FRAME) throw violation('a race message that is too long')
  try {
    return schema.parse(decode(bytes))
  } catch (error) {
    throw violation(`not a race message: ${errorMessage(error).slice(0, 200)}`)
  }
}

function violation(message: string): ShoalError {
  return new ShoalError('protocol-violation', message)
}
