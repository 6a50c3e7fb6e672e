import { addressText, parseAddresses, type Address } from './addresses.ts'
import { decodeBytes, decodeText, decodedText } from './decode.ts'
import { fieldValue, type Field } from './fields.ts'
import { MAX_SHOWN_ATTACHMENTS, MAX_SHOWN_BYTES } from './limits.ts'
import { parameter, type Parameters } from './parameters.ts'
import { parseParts, type Part } from './parts.ts'

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
  /** Bytes as they stand in the message. */
  readonly size: number
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
  const shown = new Shown(message)
  shown.take(root)
  return { ...summaryOf(root.fields), cc: peopleOf(root.fields, 'cc'), ...shown.result() }
}

class Shown {
  readonly #message: Uint8Array
  readonly #attachments: Attachment[] = []
  #text: string | undefined
  #html: string | undefined
  #isCut = false

  constructor(message: Uint8Array) {
    this.#message = message
  }

  result(): Pick<MessageView, 'text' | 'html' | 'attachments' | 'isCut'> {
    return { text: this.#text, html: this.#html, attachments: this.#attachments, isCut: this.#isCut }
  }

  take(part: Part): void {
    if (part.children.length > 0) for (const child of part.children) this.take(child)
    else if (!this.#show(part)) this.#attach(part)
  }

  #show(part: Part): boolean {
    if (part.type !== 'text' || part.disposition?.value === 'attachment') return false
    if (part.subtype === 'html') {
      if (this.#html !== undefined) return false
      this.#html = this.#read(part)
      return true
    }
    const text = this.#read(part)
    this.#text = this.#text === undefined ? text : `${this.#text}\n${text}`.slice(0, MAX_SHOWN_BYTES)
    return true
  }

  #read(part: Part): string {
    if (part.body.end - part.body.start > MAX_SHOWN_BYTES) this.#isCut = true
    return decodedText(this.#message, part, MAX_SHOWN_BYTES)
  }

  #attach(part: Part): void {
    if (this.#attachments.length >= MAX_SHOWN_ATTACHMENTS) {
      this.#isCut = true
      return
    }
    const size = part.body.end - part.body.start
    this.#attachments.push({ name: fileName(part), type: `${part.type}/${part.subtype}`, size })
  }
}

/** The last step of whatever path a message gives its attachment: it may be meant to leave the folder. */
export function fileName({ disposition, parameters, type, subtype }: Part): string {
  const given = extended(disposition?.parameters ?? [], 'filename') ?? extended(parameters, 'name') ?? ''
  const last = clean(given).split(/[/\\]/).at(-1)!.trim()
  return last === '' || /^\.+$/.test(last) ? `${type}.${subtype}`.replace(/[^\w.-]/g, '') : last.slice(0, 200)
}

/** A parameter that may be in a charset (RFC 2231): `filename*=utf-8''…`, also in several pieces. */
function extended(parameters: Parameters, name: string): string | undefined {
  const plain = parameter(parameters, name)
  if (plain !== undefined) return decodeText(plain)
  let raw = parameter(parameters, `${name}*`) ?? ''
  for (let i = 0; raw === '' || i > 0; i++) {
    const piece = parameter(parameters, `${name}*${i}*`) ?? parameter(parameters, `${name}*${i}`)
    if (piece === undefined) break
    raw += piece
  }
  if (raw === '') return undefined
  const [, charset = 'utf-8', coded = raw] = /^([^']*)'[^']*'(.*)$/s.exec(raw) ?? []
  const bytes = coded.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return decodeBytes(Buffer.from(bytes, 'latin1'), charset === '' ? 'utf-8' : charset)
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

/** Without control characters and the marks that turn text round: what is shown should be what is there. */
function clean(text: string): string {
  return text.replace(/(?![\t\n])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '').slice(0, 2_000)
}

function withoutComments(text: string): string {
  return text.replace(/\([^()]*\)/g, '').trim()
}
