import { MAX_KEYWORDS_PER_MESSAGE } from '../mailbox/limits.ts'
import { STATUS_ITEMS, type Command, type SimpleCommand, type StatusItem, type Target } from './command.ts'
import { parseDateTime } from './dates.ts'
import { MAX_ID_PAIRS, MAX_PATTERN_LENGTH } from './limits.ts'
import { parseFetchItems } from './parse-fetch.ts'
import { parseSearchKeys } from './parse-search.ts'
import { badSyntax, type Scanner } from './scanner.ts'

const SIMPLE = ['CAPABILITY', 'NOOP', 'LOGOUT', 'STARTTLS', 'NAMESPACE', 'CHECK', 'CLOSE', 'UNSELECT', 'IDLE']
const MAX_FLAGS = MAX_KEYWORDS_PER_MESSAGE + 10
const FLAG = /\\?[!#$&'+-[^-z|}~]+/y
/** RFC 3501's tag: an atom without `+`, a `]` allowed. */
const TAG = /[!#$&',-[\]-z|}~]{1,64}/y

export function parseTag(scanner: Scanner): string {
  return scanner.match(TAG, 'a tag is missing')
}

/** The command after its tag, to the end of the line. Throws `protocol-violation`, and `bad-name` for names of folders. */
export function parseCommand(scanner: Scanner): Command {
  scanner.space()
  const name = scanner.keyword()
  const command = SIMPLE.includes(name)
    ? { is: name.toLowerCase() as SimpleCommand }
    : parseNamed(scanner, name)
  scanner.end()
  return command
}

function parseNamed(scanner: Scanner, name: string): Command {
  // EXPUNGE alone stands without an argument, UID before those that take UIDs.
  if (name === 'EXPUNGE') return { is: 'expunge', uids: undefined }
  scanner.space()
  if (name === 'UID') return parseUid(scanner)
  return (
    parseMessageCommand(scanner, name, false) ??
    parseFolderCommand(scanner, name) ??
    parseOther(scanner, name)
  )
}

function parseUid(scanner: Scanner): Command {
  const name = scanner.keyword()
  scanner.space()
  if (name === 'EXPUNGE') return { is: 'expunge', uids: scanner.sequenceSet() }
  const command = parseMessageCommand(scanner, name, true)
  if (!command) throw badSyntax('UID what?')
  return command
}

function parseMessageCommand(scanner: Scanner, name: string, byUid: boolean): Command | undefined {
  const target = (): Target => ({ set: scanner.sequenceSet(), byUid })
  switch (name) {
    case 'FETCH': {
      const messages = after(scanner, target)
      return { is: 'fetch', target: messages, items: parseFetchItems(scanner) }
    }
    case 'STORE':
      return parseStore(scanner, after(scanner, target))
    case 'COPY':
    case 'MOVE': {
      const messages = after(scanner, target)
      return { is: name === 'COPY' ? 'copy' : 'move', target: messages, to: scanner.folderName() }
    }
    case 'SEARCH': {
      const charset = scanner.skip('CHARSET ') ? after(scanner, () => scanner.astring()) : undefined
      return { is: 'search', byUid, charset, key: parseSearchKeys(scanner) }
    }
    default:
      return undefined
  }
}

function parseFolderCommand(scanner: Scanner, name: string): Command | undefined {
  switch (name) {
    case 'SELECT':
    case 'EXAMINE':
    case 'CREATE':
    case 'DELETE':
    case 'SUBSCRIBE':
    case 'UNSUBSCRIBE':
      return { is: name.toLowerCase() as 'select', name: scanner.folderName() }
    case 'RENAME':
      return { is: 'rename', from: after(scanner, () => scanner.folderName()), to: scanner.folderName() }
    case 'LIST':
    case 'LSUB':
      return parseList(scanner, name === 'LIST' ? 'list' : 'lsub')
    case 'STATUS':
      return {
        is: 'status',
        name: after(scanner, () => scanner.folderName()),
        items: parseStatusItems(scanner),
      }
    case 'APPEND':
      return parseAppend(scanner)
    default:
      return undefined
  }
}

function parseOther(scanner: Scanner, name: string): Command {
  switch (name) {
    case 'LOGIN':
      return { is: 'login', user: after(scanner, () => scanner.text()), password: scanner.text() }
    case 'AUTHENTICATE': {
      const mechanism = scanner.keyword()
      const initial = scanner.skip(' ')
        ? scanner.match(/[A-Za-z0-9+/=]+/y, 'credentials are missing')
        : undefined
      return { is: 'authenticate', mechanism, initial }
    }
    case 'ID':
      return { is: 'id', pairs: parseIdPairs(scanner) }
    default:
      throw badSyntax('no such command')
  }
}

function parseList(scanner: Scanner, is: 'list' | 'lsub'): Command {
  const reference = after(scanner, () => scanner.folderName())
  const pattern = scanner.pattern()
  if (reference.length + pattern.length > MAX_PATTERN_LENGTH) throw badSyntax('the pattern is too long')
  return { is, reference, pattern }
}

function parseStatusItems(scanner: Scanner): StatusItem[] {
  const items = scanner.list(STATUS_ITEMS.length * 2, () => scanner.keyword())
  const known = items.map((item) => STATUS_ITEMS.find((name) => name === item))
  if (items.length === 0 || known.includes(undefined)) throw badSyntax('no such item')
  return known as StatusItem[]
}

function parseAppend(scanner: Scanner): Command {
  const name = after(scanner, () => scanner.folderName())
  const flags = scanner.peek() === '(' ? after(scanner, () => parseFlagList(scanner)) : []
  const date = scanner.peek() === '"' ? after(scanner, () => parseDateTime(scanner.string())) : undefined
  const message = scanner.literal()
  if (!message) throw badSyntax('the message is missing')
  return { is: 'append', name, flags, date, message }
}

function parseStore(scanner: Scanner, target: Target): Command {
  const change = scanner.skip('+') ? 'add' : scanner.skip('-') ? 'remove' : 'replace'
  const item = scanner.keyword()
  if (item !== 'FLAGS' && item !== 'FLAGS.SILENT') throw badSyntax('only FLAGS can be stored')
  scanner.space()
  const flags = scanner.peek() === '(' ? parseFlagList(scanner) : parseBareFlags(scanner)
  return { is: 'store', target, change, isSilent: item.endsWith('SILENT'), flags }
}

function parseFlagList(scanner: Scanner): string[] {
  return scanner.list(MAX_FLAGS, () => scanner.match(FLAG, 'a flag is missing'))
}

function parseBareFlags(scanner: Scanner): string[] {
  const flags: string[] = []
  do {
    if (flags.length >= MAX_FLAGS) throw badSyntax('too many flags')
    flags.push(scanner.match(FLAG, 'a flag is missing'))
  } while (scanner.skip(' '))
  return flags
}

function parseIdPairs(scanner: Scanner): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>()
  if (scanner.skip('NIL')) return pairs
  const list = scanner.list(MAX_ID_PAIRS * 2, () => scanner.nstring())
  if (list.length % 2 !== 0) throw badSyntax('a value is missing')
  for (let i = 0; i < list.length; i += 2)
    pairs.set((list[i] ?? '').slice(0, 30), (list[i + 1] ?? '').slice(0, 200))
  return pairs
}

/** What `read` takes, and the space after it. */
function after<T>(scanner: Scanner, read: () => T): T {
  const value = read()
  scanner.space()
  return value
}
