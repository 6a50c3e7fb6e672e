import { domainToUnicode } from 'node:url'
import type { MailHouse } from '../../client-server/mail/mail-house.ts'
import { listMessages, showMessage, sourceOf } from '../../client-server/mail/http/index.ts'
import { Flags, INBOX, type Folder, type Mailbox } from '../../client-server/mail/mailbox/index.ts'
import { attachmentOf, parseFields, summaryOf } from '../../client-server/mail/mime/index.ts'
import { ShoalError } from '../../base/index.ts'
import { toPortableName } from '../../content/index.ts'
import type {
  MailAccount,
  MailFileWish,
  MailList,
  MailView,
  QueueProfileName,
  ShownMail,
} from '../../contract/index.ts'
import type { Account } from '../../client-server/mail/types.ts'
import type { Reading } from './reading.ts'
import { MAX_SHOWN_SOURCE_BYTES, MAX_SUBJECT_IN_NAME, SHOWN_FINISHED, SHOWN_WAITING } from './limits.ts'

/** Something of a message, to be kept as a file. */
export interface MailFile {
  /** Lawful on every system; no path. */
  readonly name: string
  readonly bytes: Uint8Array
}

export function mailView(house: MailHouse, host: string, profile: QueueProfileName): MailView {
  return {
    host,
    shownHost: domainToUnicode(host),
    profile,
    accounts: accountViews(house),
    queue: house.queue.list(SHOWN_WAITING, SHOWN_FINISHED),
  }
}

export function accountViews(house: MailHouse): MailAccount[] {
  return house.accounts.list().map((account) => {
    const inbox = house.mailboxes.mailbox(account.name)?.status(INBOX)
    const shownAddress = shownAs(account.address)
    return { ...account, shownAddress, messages: inbox?.messages ?? 0, unseen: inbox?.unseen ?? 0 }
  })
}

function shownAs(address: string): string {
  const at = address.lastIndexOf('@') + 1
  return address.slice(0, at) + domainToUnicode(address.slice(at))
}

/** The account of a name or an address. Throws `mailbox-missing`. */
export function accountOf(house: MailHouse, text: string): Account {
  const account = text.includes('@') ? house.accounts.find(text) : house.accounts.get(text)
  if (account) return account
  throw new ShoalError('mailbox-missing', `there is no account ${text} on this laptop`, {
    data: { account: text },
  })
}

export async function listFolder(
  house: MailHouse,
  reading: Reading,
  {
    account,
    folder,
    before,
    limit,
  }: { account: string; folder: string; before?: number | undefined; limit?: number | undefined },
): Promise<MailList> {
  const { name } = accountOf(house, account)
  const opened = folderOf(house, account, folder)
  return reading.pull(
    name,
    (reader) => reader.list(opened.name, { before, limit }),
    () => listMessages(opened, before, limit),
  )
}

export async function showMail(
  house: MailHouse,
  reading: Reading,
  { account, folder, uid, markSeen }: { account: string; folder: string; uid: number; markSeen: boolean },
): Promise<ShownMail> {
  const opened = folderOf(house, account, folder)
  if (markSeen && opened.entries.has(uid)) opened.setFlags([uid], 'add', Flags.of(['\\Seen']))
  const entry = opened.entries.get(uid)
  const { name } = accountOf(house, account)
  const shown = await reading.pull(
    name,
    (reader) => reader.read(opened.name, uid),
    () => showMessage(opened, uid),
  )
  const source = entry && sourceOf(opened, entry)
  if (!shown || !source) throw noMessage(uid)
  const bytes = Buffer.from(source.buffer, source.byteOffset, Math.min(source.length, MAX_SHOWN_SOURCE_BYTES))
  return {
    ...shown,
    source: bytes.toString('utf8'),
    isSourceCut: source.length > MAX_SHOWN_SOURCE_BYTES,
  }
}

/**
 * A file of a message under a name that every system takes: its source, or one of its attachments, from 1 on. Rejects
 * with `not-found`.
 */
export async function fileOfMail(
  house: MailHouse,
  reading: Reading,
  { account, folder, uid, what }: MailFileWish,
): Promise<MailFile> {
  const opened = folderOf(house, account, folder)
  const entry = opened.entries.get(uid)
  const source = entry && sourceOf(opened, entry)
  if (!source) throw noMessage(uid)
  if (what === 'source') {
    const { subject } = summaryOf(parseFields(opened.head(entry) ?? new Uint8Array()))
    return { name: `${toPortableName(subject, 'message').slice(0, MAX_SUBJECT_IN_NAME)}.eml`, bytes: source }
  }
  const file = await reading.pull(
    accountOf(house, account).name,
    (reader) => reader.attachment(opened.name, uid, what),
    () => attachmentOf(source, what),
  )
  if (!file) throw new ShoalError('not-found', `message ${uid} has no attachment ${what}`, { data: { uid } })
  return { name: toPortableName(file.name, 'attachment'), bytes: file.bytes }
}

/** Into the bin, or, from there and where there is none, for ever. Throws `not-found`. */
export function removeMail(
  house: MailHouse,
  { account, folder, uid }: { account: string; folder: string; uid: number },
): void {
  const opened = folderOf(house, account, folder)
  if (!opened.entries.has(uid)) throw noMessage(uid)
  const mailbox = house.mailboxes.mailbox(accountOf(house, account).name)!
  const bin = mailbox.folders().find(({ use, selectable }) => selectable && use === '\\Trash')
  const target = bin && mailbox.folder(bin.name)
  if (target && target !== opened) mailbox.move(opened, [uid], target)
  else mailbox.expunge(opened, [uid])
}

function folderOf(house: MailHouse, account: string, name: string): Folder {
  const mailbox: Mailbox | undefined = house.mailboxes.mailbox(accountOf(house, account).name)
  const folder = mailbox?.folder(name)
  if (!folder) throw new ShoalError('not-found', `there is no folder ${name}`, { data: { folder: name } })
  return folder
}

function noMessage(uid: number): ShoalError {
  return new ShoalError('not-found', `there is no message ${uid}`, { data: { uid } })
}
