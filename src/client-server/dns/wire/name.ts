import { concatBytes, ShoalError, utf8 } from '../../../base/index.ts'
import { MAX_LABEL_BYTES, MAX_NAME_BYTES, MAX_NAME_TEXT } from './limits.ts'

const DOT = 0x2e
const BACKSLASH = 0x5c
/** Printable, but with a meaning in a zone file: `"`, `$`, `(`, `)`, `;`, `@` and the two above. */
const SPECIAL = new Set([0x22, 0x24, 0x28, 0x29, 0x3b, 0x40, DOT, BACKSLASH])

/**
 * A domain name: labels of bytes, as they came. A label may hold any octet, a dot too, so text is only a view of it. Letters
 * keep their case and compare without it (RFC 4343). Never changed once made.
 */
export class Name {
  static readonly root: Name = new Name([])

  readonly labels: readonly Uint8Array[]
  #exactKey: string | undefined
  #key: string | undefined
  #parent: Name | undefined

  private constructor(labels: readonly Uint8Array[]) {
    this.labels = labels
  }

  /** A name of these labels. Throws `bad-domain-name` for an empty or long label and a long name. */
  static of(labels: readonly Uint8Array[]): Name {
    if (labels.length === 0) return Name.root
    let length = 1
    for (const label of labels) {
      if (label.length === 0) throw badName('a label is empty')
      if (label.length > MAX_LABEL_BYTES) throw badName(`a label has ${label.length} octets, 63 are allowed`)
      length += 1 + label.length
    }
    if (length > MAX_NAME_BYTES) throw badName(`the name has ${length} octets, 255 are allowed`)
    return new Name(labels)
  }

  /**
   * A name of text as in a zone file: `\.` and `\065` escape, other characters are UTF-8. Without a dot at the end it is
   * relative to `origin` (the root unless given). Throws `bad-domain-name`.
   */
  static parse(text: string, origin: Name = Name.root): Name {
    if (text === '.') return Name.root
    if (text === '@') return origin
    if (text.length > MAX_NAME_TEXT) throw badName('the name is too long')
    const { labels, absolute } = parseLabels(utf8(text))
    return Name.of(absolute ? labels : [...labels, ...origin.labels])
  }

  /** Like `parse`, but undefined for what is no name. */
  static tryParse(text: string, origin: Name = Name.root): Name | undefined {
    try {
      return Name.parse(text, origin)
    } catch {
      return undefined
    }
  }

  get isRoot(): boolean {
    return this.labels.length === 0
  }

  /** Octets on the wire, uncompressed. */
  get wireLength(): number {
    let length = 1
    for (const label of this.labels) length += 1 + label.length
    return length
  }

  /** The wire form, one character an octet: equal for the same octets alone. The end of a name has the end of its key. */
  get exactKey(): string {
    return (this.#exactKey ??= exactKeyOf(this.labels))
  }

  /** Equal for names that are the same name, whatever their case: for maps. */
  get key(): string {
    return (this.#key ??= toLowerAscii(this.exactKey))
  }

  /** The name without its first label; the root's is the root. */
  get parent(): Name {
    return (this.#parent ??= this.isRoot ? this : new Name(this.labels.slice(1)))
  }

  /** The name's last `count` labels. */
  last(count: number): Name {
    if (count >= this.labels.length) return this
    return count <= 0 ? Name.root : new Name(this.labels.slice(this.labels.length - count))
  }

  /** The name with a label before it. Throws `bad-domain-name` when that is too long. */
  child(label: Uint8Array | string): Name {
    return Name.of([typeof label === 'string' ? utf8(label) : label, ...this.labels])
  }

  /** The same name, whatever the case of its letters. */
  equals(other: Name): boolean {
    return this === other || (this.labels.length === other.labels.length && this.key === other.key)
  }

  /** The same octets, case too: for the check of a question that was sent in mixed case. */
  equalsExactly(other: Name): boolean {
    return this.exactKey === other.exactKey
  }

  /** Whether this is `zone` or below it. */
  isWithin(zone: Name): boolean {
    const extra = this.labels.length - zone.labels.length
    return (
      extra >= 0 &&
      (extra === 0
        ? this.key === zone.key
        : this.key.endsWith(zone.key) && this.last(zone.labels.length).key === zone.key)
    )
  }

  /** This name with its end `from` replaced by `to` (RFC 6672 §2.2). Throws `bad-domain-name` when that is too long. */
  replaceEnd(from: Name, to: Name): Name {
    return Name.of([...this.labels.slice(0, this.labels.length - from.labels.length), ...to.labels])
  }

  /** Uncompressed, as on the wire. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return concatBytes(
      ...this.labels.flatMap((label) => [Uint8Array.of(label.length), label]),
      Uint8Array.of(0),
    )
  }

  /** As in a zone file, with a dot at the end: what is not printable or has a meaning there is escaped. */
  toString(): string {
    return this.isRoot ? '.' : this.labels.map((label) => `${labelText(label)}.`).join('')
  }

  toJSON(): string {
    return this.toString()
  }
}

/** One label as text: ASCII printable, the rest `\ddd`. */
export function labelText(label: Uint8Array): string {
  let text = ''
  for (const byte of label) text += escaped(byte)
  return text
}

function escaped(byte: number): string {
  if (byte <= 0x20 || byte >= 0x7f) return `\\${byte.toString().padStart(3, '0')}`
  return SPECIAL.has(byte) ? `\\${String.fromCharCode(byte)}` : String.fromCharCode(byte)
}

function exactKeyOf(labels: readonly Uint8Array[]): string {
  let key = ''
  for (const label of labels) {
    key += String.fromCharCode(label.length)
    for (const byte of label) key += String.fromCharCode(byte)
  }
  return key
}

/** A length is at most 63, below every letter. */
function toLowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

function parseLabels(text: Uint8Array): { labels: Uint8Array[]; absolute: boolean } {
  const labels: Uint8Array[] = []
  let label: number[] = []
  let at = 0
  while (at < text.length) {
    const byte = text[at]!
    if (byte === DOT) {
      if (label.length === 0) throw badName('two dots in a row, or one at the start')
      labels.push(Uint8Array.from(label))
      label = []
      at++
    } else if (byte === BACKSLASH) {
      const { value, next } = parseEscape(text, at)
      label.push(value)
      at = next
    } else {
      label.push(byte)
      at++
    }
  }
  const absolute = label.length === 0
  if (!absolute) labels.push(Uint8Array.from(label))
  if (labels.length === 0) throw badName('the name is empty')
  return { labels, absolute }
}

/** `\065` is the octet 65, `\.` the octet of the character (RFC 1035 §5.1). */
export function parseEscape(text: Uint8Array, at: number): { value: number; next: number } {
  const first = text[at + 1]
  if (first === undefined) throw badName('a backslash at the end')
  if (!isDigit(first)) return { value: first, next: at + 2 }
  const [second, third] = [text[at + 2], text[at + 3]]
  if (!isDigit(second) || !isDigit(third)) throw badName('a backslash and digits, but not three')
  const value = (first - 0x30) * 100 + (second! - 0x30) * 10 + (third! - 0x30)
  if (value > 0xff) throw badName(`\\${value} is no octet`)
  return { value, next: at + 4 }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}

export function badName(problem: string): ShoalError {
  return new ShoalError('bad-domain-name', problem)
}
