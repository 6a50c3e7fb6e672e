import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { base } from './base.ts'

/** Characters of a text somebody writes; larger things travel as shares. */
const MAX_TEXT_CHARS = 1_000_000
const accountNameSchema = z.string().min(1).max(320)
const addressSchema = z.string().min(1).max(320)
const folderSchema = z.string().min(1).max(1_024).default('INBOX')
const uidSchema = z.number().int().min(1).max(4_294_967_295)
const queueIdSchema = z.number().int().min(1)

export const mailAccountSchema = z.object({
  /** What the account is called here, and its login. */
  name: z.string(),
  /** What others write to, as every mail program takes it. */
  address: z.string(),
  /** The same as people read it: a host in Korean is not `xn--…`. */
  shownAddress: z.string(),
  createdAt: z.number(),
  messages: z.number(),
  unseen: z.number(),
})
export type MailAccount = z.infer<typeof mailAccountSchema>

/** Retries after hours, or after seconds to watch them. */
export const queueProfileSchema = z.enum(['normal', 'lab'])
export type QueueProfileName = z.infer<typeof queueProfileSchema>

export const queuedRecipientSchema = z.object({
  address: z.string(),
  state: z.enum(['waiting', 'delivered', 'failed', 'dropped']),
  /** On its way at this moment. */
  isActive: z.boolean(),
  attempts: z.number(),
  /** When it is tried next, milliseconds since 1970; meaningful while it waits. */
  nextAt: z.number(),
  /** What was said last; empty before the first attempt. */
  reason: z.string(),
  server: z.string(),
})

/** A message that waits to be pushed on, or that did. */
export const queuedMessageSchema = z.object({
  id: queueIdSchema,
  messageId: z.string(),
  /** Empty for notifications, which come from nobody. */
  from: z.string(),
  subject: z.string(),
  size: z.number(),
  queuedAt: z.number(),
  /** Null while somebody still waits for it. */
  finishedAt: z.number().nullable(),
  recipients: z.array(queuedRecipientSchema).readonly(),
})
export type QueuedMail = z.infer<typeof queuedMessageSchema>

export const queueStepSchema = z.object({
  at: z.number(),
  what: z.enum(['queued', 'route', 'delivered', 'deferred', 'failed', 'notified', 'retried', 'dropped']),
  recipient: z.string(),
  detail: z.string(),
})

export const mailSchema = z.object({
  /** What this laptop's mail server is called; addresses end in it. */
  host: z.string(),
  /** The same as people read it. */
  shownHost: z.string(),
  accounts: z.array(mailAccountSchema).readonly(),
  profile: queueProfileSchema,
  /** Those that wait first, each latest first; of those that are done the latest. */
  queue: z.array(queuedMessageSchema).readonly(),
})
export type MailView = z.infer<typeof mailSchema>

const personSchema = z.object({ name: z.string().optional(), address: z.string() })

export const listedMailSchema = z.object({
  uid: uidSchema,
  messageId: z.string().optional(),
  from: z.array(personSchema).readonly(),
  to: z.array(personSchema).readonly(),
  subject: z.string(),
  /** As the message says; milliseconds since 1970. */
  date: z.number().optional(),
  receivedAt: z.number(),
  size: z.number(),
  flags: z.array(z.string()).readonly(),
})
export type ListedMail = z.infer<typeof listedMailSchema>

export const mailListSchema = z.object({
  folder: z.string(),
  uidValidity: z.number(),
  total: z.number(),
  unseen: z.number(),
  messages: z.array(listedMailSchema).readonly(),
  /** Ask with `before` this for older ones; null when there are none. */
  before: z.number().nullable(),
})
export type MailList = z.infer<typeof mailListSchema>

export const shownMailSchema = listedMailSchema.extend({
  cc: z.array(personSchema).readonly(),
  text: z.string().optional(),
  /** Only for where it can reach nothing. */
  html: z.string().optional(),
  attachments: z.array(z.object({ name: z.string(), type: z.string(), size: z.number() })).readonly(),
  isCut: z.boolean(),
  /** Every field of the head, one a line. */
  head: z.array(z.string()).readonly(),
  /** The message as it lies in the mailbox, as UTF-8; the beginning of a long one. */
  source: z.string(),
  isSourceCut: z.boolean(),
})
export type ShownMail = z.infer<typeof shownMailSchema>

/** Something of a message that can be kept as a file: all of it as it lies in the mailbox, or an attachment, from 1 on. */
export const mailFileWishSchema = z.object({
  account: accountNameSchema,
  folder: folderSchema,
  uid: uidSchema,
  what: z.union([z.literal('source'), z.number().int().min(1).max(100)]),
})
export type MailFileWish = z.infer<typeof mailFileWishSchema>

/** What programs said to each other about a message: secrets and the message itself are left out. */
export const mailDialogueSchema = z.object({
  protocol: z.enum(['smtp', 'pop3', 'imap', 'http']),
  /** Which end this laptop was. */
  self: z.enum(['client', 'server']),
  other: z.string(),
  startedAt: z.number(),
  lines: z
    .array(z.object({ at: z.number(), from: z.enum(['client', 'server']), text: z.string() }))
    .readonly(),
  isCut: z.boolean(),
  messageIds: z.array(z.string()).readonly(),
})
export type MailDialogue = z.infer<typeof mailDialogueSchema>

export const mailContract = {
  /** At once, and after changes. */
  watch: base.output(eventIterator(mailSchema)),
  /** Makes an account. The password is told this once; left out, one is made up. */
  addAccount: base
    .input(z.object({ name: z.string().min(1).max(64), password: z.string().max(256).optional() }))
    .output(z.object({ name: z.string(), address: z.string(), password: z.string() })),
  accounts: base.output(z.array(mailAccountSchema).readonly()),
  /** Hands a message to this laptop's server, which queues it. `from` is an account's name or address. */
  send: base
    .input(
      z.object({
        from: accountNameSchema,
        to: z.array(addressSchema).min(1).max(100),
        subject: z.string().max(2_000),
        text: z.string().max(MAX_TEXT_CHARS),
      }),
    )
    .output(z.object({ queueId: queueIdSchema, messageId: z.string() })),
  list: base
    .input(
      z.object({
        account: accountNameSchema,
        folder: folderSchema,
        before: uidSchema.optional(),
        limit: z.number().int().min(1).max(500).optional(),
      }),
    )
    .output(mailListSchema),
  read: base
    .input(
      z.object({
        account: accountNameSchema,
        folder: folderSchema,
        uid: uidSchema,
        markSeen: z.boolean().default(false),
      }),
    )
    .output(shownMailSchema),
  /** For a page in a browser: a path from which it fetches the file, once and soon, to be saved and not shown. */
  handOut: base.input(mailFileWishSchema).output(z.object({ url: z.string(), name: z.string() })),
  /** Puts the file into the download folder, where nothing is overwritten, and shows it there if the host can. */
  save: base.input(mailFileWishSchema).output(z.object({ path: z.string() })),
  /** Into the bin; out of the bin for ever. */
  remove: base
    .input(z.object({ account: accountNameSchema, folder: folderSchema, uid: uidSchema }))
    .output(z.void()),
  dialogues: base
    .input(z.object({ messageId: z.string().min(1).max(1_000) }))
    .output(z.array(mailDialogueSchema).readonly()),
  queued: base
    .input(z.object({ id: queueIdSchema }))
    .output(queuedMessageSchema.extend({ steps: z.array(queueStepSchema).readonly() })),
  /** Tries a waiting message again now. */
  retry: base.input(z.object({ id: queueIdSchema })).output(z.void()),
  /** Gives a waiting message up; its sender is not told. */
  drop: base.input(z.object({ id: queueIdSchema })).output(z.void()),
  setProfile: base.input(z.object({ profile: queueProfileSchema })).output(z.void()),
}
