import { addressText, parseAddresses, type Address } from './addresses.ts'
import { clean } from './clean.ts'
import { decodedBytes, decodedSize, decodedText, decodeText } from './decode.ts'
import { fieldValue, type Field } from './fields.ts'
import { fileName } from './file-name.ts'
import { MAX_SHOWN_BYTES } from './limits.ts'
import { parseParts, type Part } from './parts.ts'
import { sortParts } from './sort-parts.ts'

/** Somebody in a head, for people. */
export interface Person {
  readonly name: string | undefined
  readonly address: string
}

/** What a list of messages shows of one. */
export interface Summary {
  readonly messageId: string | undefined
  readonly from: readonly Person[]
  readonly to: readonly Person[]
  readonly subject: string
  /** As written in the message; undefined when it cannot be read. Milliseconds since 1970. */
  readonly date: number | undefined
}

export interface Attachment {
  /** A name alone, never a path. */
  readonly name: string
  readonly type: string
  /** Bytes of the file; of rare encodings as they stand in the message. */
  readonly size: number
}

export interface AttachedFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** What is shown of one message. */
export interface MessageView extends Summary {
  readonly cc: readonly Person[]
  readonly text: string | undefined
  /** To be shown only where it can reach nothing. */
  readonly html: string | undefined
  readonly attachments: readonly Attachment[]
  /** Some of it was too much to show. */
  readonly isCut: boolean
}

export function summaryOf(fields: readonly Field[]): Summary {
  const date = Date.parse(withoutComments((fieldValue(fields, 'date') ?? '').slice(0, 100)))
  return {
    messageId: /<[^<>]{1,995}>/.exec(fieldValue(fields, 'message-id') ?? '')?.[0],
    from: peopleOf(fields, 'from'),
    to: peopleOf(fields, 'to'),
    subject: clean(decodeText(fieldValue(fields, 'subject') ?? '')),
    date: Number.isFinite(date) ? date : undefined,
  }
}

/** Takes a message apart for people. Never throws; bounded in every way. */
export function viewMessage(message: Uint8Array): MessageView {
  const root = parseParts(message)
  const { texts, html, attachments, isCut } = sortParts(root)
  const shown = html ? [...texts, html] : texts
  return {
    ...summaryOf(root.fields),
    cc: peopleOf(root.fields, 'cc'),
    text: texts.length > 0 ? readTexts(message, texts) : undefined,
    html: html && decodedText(message, html, MAX_SHOWN_BYTES),
    attachments: attachments.map((part) => describe(message, part)),
    isCut: isCut || shown.some(({ body }) => body.end - body.start > MAX_SHOWN_BYTES),
  }
}

/** The n-th of the attachments that `viewMessage` names, from 1 on, without its transfer encoding; undefined when there is none. */
export function attachmentOf(message: Uint8Array, n: number): AttachedFile | undefined {
  const part = sortParts(parseParts(message)).attachments[n - 1]
  return part && { name: fileName(part), bytes: decodedBytes(message, part, message.length) }
}

function describe(message: Uint8Array, part: Part): Attachment {
  return { name: fileName(part), type: `${part.type}/${part.subtype}`, size: decodedSize(message, part) }
}

function readTexts(message: Uint8Array, parts: readonly Part[]): string {
  let text = decodedText(message, parts[0]!, MAX_SHOWN_BYTES)
  for (const part of parts.slice(1)) {
    if (text.length >= MAX_SHOWN_BYTES) break
    text = `${text}\n${decodedText(message, part, MAX_SHOWN_BYTES)}`.slice(0, MAX_SHOWN_BYTES)
  }
  return text
}

function peopleOf(fields: readonly Field[], name: string): Person[] {
  const addresses = fields
    .filter((field) => field.name.toLowerCase() === name)
    .flatMap((field) => parseAddresses(field.value))
  return addresses.filter(isPerson).slice(0, 100).map(personOf)
}

function isPerson({ host }: Address): boolean {
  return host !== undefined
}

function personOf(address: Address): Person {
  const name = address.name === undefined ? '' : clean(decodeText(address.name))
  return { name: name === '' ? undefined : name, address: clean(decodeText(addressText(address))) }
}

function withoutComments(text: string): string {
  return text.replace(/\([^()]*\)/g, '').trim()
}
