import { findPart, parseFields, type Part, type Span } from '../mime/index.ts'
import type { BodyItem, Section } from './fetch-item.ts'

/** A message being fetched: its bytes, and the tree of its parts, made when first asked for. */
export interface Fetched {
  readonly bytes: Uint8Array
  readonly root: () => Part
}

/** The bytes a section names; undefined (NIL) when the message has no such part. */
export function sectionOf(message: Fetched, section: Section): Uint8Array | undefined {
  if (section.what === 'all' && section.path.length === 0) return message.bytes
  if (section.path.length === 0) return ofMessage(message.bytes, message.root(), section)
  const part = findPart(message.root(), section.path)
  if (!part) return undefined
  if (section.what === 'all') return cut(message.bytes, part.body)
  if (section.what === 'mime') return cut(message.bytes, part.head)
  // HEADER and TEXT of a part are those of the message it carries.
  return part.message && ofMessage(message.bytes, part.message, section)
}

/** The part of a head that HEADER.FIELDS names, with the empty line after it. */
export function chosenFields(head: Uint8Array, { what, fields }: Section): Uint8Array {
  const wanted = new Set(fields.map((name) => name.toLowerCase()))
  const chosen = parseFields(head).filter(
    ({ name }) => wanted.has(name.toLowerCase()) === (what === 'fields'),
  )
  const text = chosen.map(({ raw }) => (raw.endsWith('\n') ? raw : `${raw}\r\n`)).join('')
  return Buffer.from(`${text}\r\n`, 'latin1')
}

/** The bytes asked for by `<offset.length>`; what begins behind the end is empty. */
export function partialOf(bytes: Uint8Array, partial: BodyItem['partial']): Uint8Array {
  return partial ? bytes.subarray(partial.offset, partial.offset + partial.length) : bytes
}

function ofMessage(bytes: Uint8Array, part: Part, section: Section): Uint8Array {
  if (section.what === 'text') return cut(bytes, part.body)
  const head = cut(bytes, part.head)
  return section.what === 'header' ? head : chosenFields(head, section)
}

function cut(bytes: Uint8Array, { start, end }: Span): Uint8Array {
  return bytes.subarray(start, end)
}
