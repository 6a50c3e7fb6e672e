import { INBOX, type Entry, type Folder, type Mailbox } from '../mailbox/index.ts'
import { parseFields, summaryOf, viewMessage, type MessageView, type Summary } from '../mime/index.ts'
import { DEFAULT_LISTED, MAX_LISTED } from './limits.ts'

/** A message in a list. */
export interface ListedMessage extends Summary {
  readonly uid: number
  /** Bytes. */
  readonly size: number
  /** Milliseconds since 1970. */
  readonly receivedAt: number
  readonly flags: readonly string[]
}

/** One page of a folder, the newest first. */
export interface MessageList {
  readonly folder: string
  readonly uidValidity: number
  readonly total: number
  readonly unseen: number
  readonly messages: readonly ListedMessage[]
  /** Ask with `before` this for older ones; null when there are none. */
  readonly before: number | null
}

export interface ShownMessage extends ListedMessage, MessageView {
  /** Every field of the head, as `Name: value` in one line. */
  readonly head: readonly string[]
}

/** Messages of a folder older than `before`, the newest first. */
export function listMessages(
  folder: Folder,
  before: number | undefined,
  limit = DEFAULT_LISTED,
): MessageList {
  const entries = [...folder.entries.values()]
  const older = before === undefined ? entries : entries.filter(({ uid }) => uid < before)
  const page = older.slice(-Math.min(Math.max(1, limit), MAX_LISTED)).toReversed()
  return {
    folder: folder.name,
    uidValidity: folder.uidValidity,
    total: entries.length,
    unseen: entries.filter(({ flags }) => !flags.has('\\Seen')).length,
    messages: page.map((entry) => ({
      ...listed(entry),
      ...summaryOf(parseFields(folder.head(entry) ?? new Uint8Array())),
    })),
    before: older.length > page.length ? page.at(-1)!.uid : null,
  }
}

/** A message taken apart for people; undefined when there is none of that UID. */
export function showMessage(folder: Folder, uid: number): ShownMessage | undefined {
  const entry = folder.entries.get(uid)
  const source = entry && sourceOf(folder, entry)
  if (!entry || !source) return undefined
  const head = parseFields(folder.head(entry) ?? new Uint8Array()).map(
    ({ name, value }) => `${name}: ${value}`,
  )
  return { ...listed(entry), ...viewMessage(source), head }
}

/** A message byte for byte. */
export function sourceOf(folder: Folder, entry: Entry): Uint8Array | undefined {
  const content = folder.whole(entry)
  return content && Buffer.concat([content.head, content.body])
}

export function folderOf(mailbox: Mailbox, name: string | undefined): Folder | undefined {
  return mailbox.folder(name ?? INBOX)
}

function listed({
  uid,
  size,
  receivedAt,
  flags,
}: Entry): Pick<ListedMessage, 'uid' | 'size' | 'receivedAt' | 'flags'> {
  return { uid, size, receivedAt, flags: flags.names }
}
