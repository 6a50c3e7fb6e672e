import { DELIMITER, INBOX, isInside, type FolderRow, type Mailbox } from '../mailbox/index.ts'
import type { StatusItem } from './command.ts'
import { matchesPattern } from './list-pattern.ts'
import { no, ok, type Outcome } from './responses.ts'
import { quoted } from './text.ts'
import { encodeUtf7 } from './utf7.ts'

/** LIST: the folders that fit, with what they are. Lines without their star. */
export function listFolders(mailbox: Mailbox, reference: string, pattern: string): string[] {
  // An empty pattern asks for the delimiter alone.
  if (pattern === '') return [`LIST (\\Noselect) ${quoted(DELIMITER)} ""`]
  const rows = mailbox.folders()
  const wanted = withInbox(reference + pattern)
  return rows.filter(({ name }) => matchesPattern(name, wanted)).map((row) => listLine(row, rows))
}

/** LSUB: what was subscribed to, there or not; and the names around it that `%` alone would hide (RFC 3501 §6.3.9). */
export function listSubscribed(mailbox: Mailbox, reference: string, pattern: string): string[] {
  const wanted = withInbox(reference + pattern)
  const lines = new Map<string, string>()
  for (const name of mailbox.subscriptions()) {
    if (matchesPattern(name, wanted)) lines.set(name, lsubLine('', name))
    else if (pattern.endsWith('%')) {
      const parent = parents(name).find((around) => matchesPattern(around, wanted))
      if (parent !== undefined && !lines.has(parent)) lines.set(parent, lsubLine('\\Noselect', parent))
    }
  }
  return [...lines].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line)
}

export function statusLine(mailbox: Mailbox, name: string, items: readonly StatusItem[]): string | undefined {
  const status = mailbox.status(name)
  if (!status) return undefined
  const values: Readonly<Record<StatusItem, number>> = {
    MESSAGES: status.messages,
    RECENT: status.recent,
    UIDNEXT: status.uidNext,
    UIDVALIDITY: status.uidValidity,
    UNSEEN: status.unseen,
  }
  return `STATUS ${nameText(name)} (${items.map((item) => `${item} ${values[item]}`).join(' ')})`
}

/** CREATE with a delimiter at the end means a folder for folders; ours hold both (RFC 3501 §6.3.3). */
export function createFolder(mailbox: Mailbox, name: string): Outcome {
  mailbox.create(name.endsWith(DELIMITER) ? name.slice(0, -DELIMITER.length) : name)
  return ok('made')
}

export function subscribe(mailbox: Mailbox, name: string): Outcome {
  if (!mailbox.folders().some((row) => row.name === withInbox(name)))
    return no('[NONEXISTENT] there is no such folder')
  mailbox.subscribe(name)
  return ok('subscribed')
}

function listLine(row: FolderRow, rows: readonly FolderRow[]): string {
  const hasInside = rows.some((other) => isInside(other.name, row.name))
  const facts = [
    ...(row.selectable ? [] : ['\\Noselect']),
    hasInside ? '\\HasChildren' : '\\HasNoChildren',
    ...(row.use === undefined || !row.selectable ? [] : [row.use]),
  ]
  return `LIST (${facts.join(' ')}) ${quoted(DELIMITER)} ${nameText(row.name)}`
}

function lsubLine(facts: string, name: string): string {
  return `LSUB (${facts}) ${quoted(DELIMITER)} ${nameText(name)}`
}

function nameText(name: string): string {
  return quoted(encodeUtf7(name))
}

/** INBOX fits in any case, also with wildcards after it. */
function withInbox(pattern: string): string {
  return pattern.replace(/^inbox(?=$|[/%*])/i, INBOX)
}

function parents(name: string): string[] {
  const parts = name.split(DELIMITER)
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join(DELIMITER))
}
