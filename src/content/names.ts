import { ShoalError } from '../base/errors.ts'
import { MAX_NAME_BYTES, MAX_PATH_BYTES } from './limits.ts'
import { utf8Length } from './text.ts'

/** Why a name cannot be kept alike on every system. */
export type NameFault =
  | 'empty'
  | 'too-long'
  | 'dot-segment'
  | 'separator'
  | 'forbidden-character'
  | 'control-character'
  | 'trailing-dot-or-space'
  | 'device-name'
  | 'invalid-unicode'
  | 'not-nfc'

export type PathFault = NameFault | 'path-too-long'

const PRINTABLE_ASCII = /^[ -~]*$/
/** Windows' reserved characters; `:` also opens an alternate data stream of NTFS. */
const FORBIDDEN = /[:<>"|?*]/
const SEPARATORS = /[/\\]/
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/
/** Text decoders drop a byte order mark at the start, so such a name would not come back as it was. */
const LEADING_MARK = '\ufeff'
const UNPORTABLE = new RegExp(
  `${FORBIDDEN.source}|${SEPARATORS.source}|${CONTROL.source}|${LEADING_MARK}`,
  'g',
)
/** Devices of Windows, with any extension, and with the spaces that Windows ignores before it. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:\.|$)/i

/** Why one name (of a file, a folder or a share) is refused; undefined when it is portable. */
export function nameFault(name: string): NameFault | undefined {
  if (name === '') return 'empty'
  if (!name.isWellFormed()) return 'invalid-unicode'
  if (name === '.' || name === '..') return 'dot-segment'
  if (SEPARATORS.test(name)) return 'separator'
  if (CONTROL.test(name) || name.startsWith(LEADING_MARK)) return 'control-character'
  if (FORBIDDEN.test(name)) return 'forbidden-character'
  if (name.endsWith('.') || name.endsWith(' ')) return 'trailing-dot-or-space'
  if (DEVICE.test(name)) return 'device-name'
  if (name.length > MAX_NAME_BYTES || utf8Length(name) > MAX_NAME_BYTES) return 'too-long'
  return name.normalize('NFC') === name ? undefined : 'not-nfc'
}

/** Why an entry's path is refused; an empty folder's path ends in `/`. An absolute path has an empty first part. */
export function pathFault(path: string): PathFault | undefined {
  if (path.length > MAX_PATH_BYTES || utf8Length(path) > MAX_PATH_BYTES) return 'path-too-long'
  for (const part of partsOfPath(path)) {
    const fault = nameFault(part)
    if (fault) return fault
  }
  return undefined
}

export function isFolderPath(path: string): boolean {
  return path.endsWith('/')
}

/** The names along a path; an empty folder's trailing slash is not one more. */
export function partsOfPath(path: string): string[] {
  return (isFolderPath(path) ? path.slice(0, -1) : path).split('/')
}

/** Throws `bad-name` with the fault in its data. */
export function assertPortablePath(path: string): void {
  const fault = pathFault(path)
  if (!fault) return
  const shown = printable(path)
  throw new ShoalError('bad-name', `name is not portable (${fault}): ${shown}`, {
    data: { fault, name: shown },
  })
}

/** A hostile name as it may stand in a log line or a sentence: short, no control characters. */
export function printable(text: string): string {
  const start = text.slice(0, 80).toWellFormed()
  // JSON escapes the control characters below U+0020; the rest would still move a terminal's cursor or turn the text round.
  return JSON.stringify(start.replace(/[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '\ufffd'))
}

/**
 * Two names of one folder with the same key are one name on some system: case-insensitive ones (NTFS, APFS) and
 * ones that change the Unicode form (HFS+). Upper before lower case folds ß with ss and ſ with s; lower before that
 * folds ẞ, which upper case alone would leave.
 */
export function collisionKey(name: string): string {
  // Nearly all names; the steps below would give the same.
  if (PRINTABLE_ASCII.test(name)) return name.toLowerCase()
  return name.normalize('NFC').toLowerCase().toUpperCase().toLowerCase().normalize('NFC')
}

/** The nearest portable name, for a share whose own folder has none (`aux`, `C:\\`, a file system's top). */
export function toPortableName(name: string, fallback = 'share'): string {
  // Composing never lengthens a text beyond three times its units, so nothing that would stay is cut off here.
  const replaced = name
    .slice(0, 4 * MAX_NAME_BYTES)
    .toWellFormed()
    .normalize('NFC')
    .replace(UNPORTABLE, '_')
  const prefixed = DEVICE.test(replaced) ? `_${replaced}` : replaced
  const out = truncate(prefixed, MAX_NAME_BYTES).replace(/[. ]+$/, '')
  return nameFault(out) === undefined ? out : fallback
}

/** The longest beginning of whole characters within a number of UTF-8 bytes. */
function truncate(text: string, bytes: number): string {
  let length = 0
  let left = bytes
  for (const char of text) {
    left -= utf8Length(char)
    if (left < 0) break
    length += char.length
  }
  return text.slice(0, length)
}
