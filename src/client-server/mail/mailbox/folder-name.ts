import { ShoalError } from '../../../base/index.ts'
import { MAX_FOLDER_DEPTH, MAX_FOLDER_NAME_LENGTH } from './limits.ts'

/** Between a folder's name and that of one inside it. */
export const DELIMITER = '/'
export const INBOX = 'INBOX'

/** What a folder is for (RFC 6154). */
export type FolderUse = '\\Sent' | '\\Drafts' | '\\Trash' | '\\Junk'

/** Folders every mailbox begins with, besides the inbox. */
export const FIRST_FOLDERS: readonly (readonly [name: string, use: FolderUse])[] = [
  ['Drafts', '\\Drafts'],
  ['Junk', '\\Junk'],
  ['Sent', '\\Sent'],
  ['Trash', '\\Trash'],
]
export const SENT = 'Sent'

/** The one spelling of a name: INBOX in capitals, also as the first of several (RFC 3501 §5.1), text in NFC. */
export function canonicalName(name: string): string {
  const normal = name.normalize('NFC')
  return normal.replace(/^inbox(?=\/|$)/i, INBOX)
}

/** The canonical name of a folder that may be made. Throws `bad-name`. */
export function checkedName(name: string): string {
  const canonical = canonicalName(name)
  const parts = canonical.split(DELIMITER)
  const isGood =
    canonical.length <= MAX_FOLDER_NAME_LENGTH &&
    parts.length <= MAX_FOLDER_DEPTH &&
    canonical.isWellFormed() &&
    parts.every((part) => part !== '' && part === part.trim()) &&
    // Wildcards of LIST, and what no program shows.
    !/[%*\p{Cc}\u2028\u2029]/u.test(canonical)
  if (!isGood) throw new ShoalError('bad-name', 'a folder cannot be called that')
  return canonical
}

/** Names of the folders around one, outermost first. */
export function parentsOf(name: string): string[] {
  const parts = name.split(DELIMITER)
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join(DELIMITER))
}

export function isInside(name: string, parent: string): boolean {
  return name.startsWith(parent + DELIMITER)
}
