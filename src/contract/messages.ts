import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { base } from './base.ts'
import { problemSchema } from './share.ts'

const idSchema = z.string().min(1).max(128)
/** A note's length is bounded by the protocol; this bounds what a caller may pass. */
const textSchema = z.string().max(16_384)

/** An identity as words: the same numbers in two languages. */
export const identityWordsSchema = z.object({ en: z.array(z.string()), ko: z.array(z.string()) })
export type IdentityWords = z.infer<typeof identityWordsSchema>

/** Where an offer stands at its receiver. */
export const offerStateSchema = z.discriminatedUnion('is', [
  /** No answer yet. */
  z.object({ is: z.literal('open') }),
  z.object({ is: z.literal('declined') }),
  /** Nothing has arrived yet. */
  z.object({ is: z.literal('accepted') }),
  /** Bytes verified over there. */
  z.object({ is: z.literal('getting'), held: z.number() }),
  z.object({ is: z.literal('done') }),
  z.object({ is: z.literal('failed'), problem: problemSchema }),
])
export type OfferState = z.infer<typeof offerStateSchema>

/** Whether a direct message arrived: now or not at all. */
export const deliverySchema = z.discriminatedUnion('is', [
  z.object({ is: z.literal('sending') }),
  /** Stored over there; or, of a message of theirs, here. */
  z.object({ is: z.literal('delivered') }),
  z.object({ is: z.literal('undeliverable'), problem: problemSchema }),
])
export type Delivery = z.infer<typeof deliverySchema>

/** A share as it is offered. */
export const offerSchema = z.object({
  cid: z.string(),
  link: z.string(),
  name: z.string(),
  title: z.string().nullable(),
  kind: z.enum(['file', 'folder']),
  /** Bytes. */
  size: z.number(),
  files: z.number(),
  state: offerStateSchema,
})
export type Offer = z.infer<typeof offerSchema>

export const directMessageSchema = z.object({
  /** Unique within a conversation, for each side. */
  id: z.string(),
  peerId: z.string(),
  /** Grows with every message of this laptop. */
  seq: z.number(),
  mine: z.boolean(),
  /** Milliseconds since 1970, by this laptop's clock. */
  at: z.number(),
  text: z.string(),
  delivery: deliverySchema,
  offer: offerSchema.nullable(),
})
export type DirectMessage = z.infer<typeof directMessageSchema>

/** Somebody to write to: here now, or written with before. */
export const personSchema = z.object({
  peerId: z.string(),
  name: z.string(),
  /** Connected now: a direct message would arrive. */
  here: z.boolean(),
  words: identityWordsSchema,
  /** A person compared the words. */
  verified: z.boolean(),
  /** Nothing they send is taken. */
  blocked: z.boolean(),
  unread: z.number(),
  /** The newest message; `offer` is the name of what it offers. */
  last: z
    .object({ at: z.number(), mine: z.boolean(), text: z.string(), offer: z.string().nullable() })
    .nullable(),
})
export type Person = z.infer<typeof personSchema>

/** One laptop of a round of offers. */
export const offerTileSchema = z.object({
  peerId: z.string(),
  name: z.string(),
  here: z.boolean(),
  delivery: deliverySchema,
  state: offerStateSchema,
})
export type OfferTile = z.infer<typeof offerTileSchema>

/** One share offered to several laptops at once. */
export const offerRoundSchema = z.object({
  id: z.string(),
  at: z.number(),
  cid: z.string(),
  name: z.string(),
  kind: z.enum(['file', 'folder']),
  size: z.number(),
  /** Those nearby who came since are offered it too when it is offered again. */
  everyone: z.boolean(),
  tiles: z.array(offerTileSchema),
})
export type OfferRound = z.infer<typeof offerRoundSchema>

/** Everything of the room but the conversations themselves. */
export const messagesOverviewSchema = z.object({
  me: z.object({ peerId: z.string(), name: z.string(), words: identityWordsSchema }),
  people: z.array(personSchema),
  unread: z.number(),
  rounds: z.array(offerRoundSchema),
})
export type MessagesOverview = z.infer<typeof messagesOverviewSchema>

/** A conversation, first its newest part whole, then what changed or came. */
export const conversationUpdateSchema = z.object({
  is: z.enum(['whole', 'changed']),
  messages: z.array(directMessageSchema),
  /** There are older ones than the oldest of `whole`. */
  hasOlder: z.boolean(),
})
export type ConversationUpdate = z.infer<typeof conversationUpdateSchema>

const one = z.object({ peerId: idSchema })

export const messagesContract = {
  /** Sent whole whenever something changed, at most about five times a second. */
  watch: base.output(eventIterator(messagesOverviewSchema)),
  conversation: base.input(one).output(eventIterator(conversationUpdateSchema)),
  /** Messages before `seq`, newest last. */
  older: base
    .input(one.extend({ seq: z.number(), limit: z.number().int().min(1).max(200) }))
    .output(z.object({ messages: z.array(directMessageSchema), hasOlder: z.boolean() })),
  /** Resolves once the message was delivered or turned out undeliverable, as its `delivery` says. */
  send: base.input(one.extend({ text: textSchema.min(1) })).output(directMessageSchema),
  /**
   * `send` to somebody who may have to be found first: a peer id, a name as shown under Nearby, or a multiaddress. Fails with
   * `peer-unreachable` when nobody of that name is found within `waitMs`, with `bad-usage` when several are.
   */
  tell: base
    .input(
      z.object({
        to: z.string().min(1).max(1024),
        text: textSchema.min(1),
        waitMs: z.number().min(0).max(600_000),
      }),
    )
    .output(directMessageSchema),
  /** Sends again what turned out undeliverable. */
  resend: base.input(one.extend({ id: idSchema })).output(directMessageSchema),
  /**
   * Offers a share to some, or (`to` absent) to everyone nearby; waits until the share has been read. To one alone it is an offer
   * in the conversation, without a round.
   */
  offer: base
    .input(
      z.object({
        shareId: idSchema,
        to: z.array(idSchema).min(1).max(500).optional(),
        text: textSchema.default(''),
      }),
    )
    .output(z.object({ roundId: idSchema.nullable() })),
  /** Once more to those who did not get it and did not decline. */
  offerAgain: base.input(z.object({ roundId: idSchema })).output(z.void()),
  /** Takes a round off the page; what was offered stays offered. */
  closeRound: base.input(z.object({ roundId: idSchema })).output(z.void()),
  /** Accepting begins the download, into `to` or the usual folder. */
  answer: base
    .input(one.extend({ id: idSchema, accept: z.boolean(), to: z.string().min(1).max(4096).optional() }))
    .output(z.void()),
  markRead: base.input(one).output(z.void()),
  block: base.input(one.extend({ blocked: z.boolean() })).output(z.void()),
  verify: base.input(one.extend({ verified: z.boolean() })).output(z.void()),
  /** Deletes a conversation on this laptop. A block stays. */
  forget: base.input(one).output(z.void()),
}
