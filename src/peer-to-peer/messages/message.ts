import { decode, encode } from '@ipld/dag-cbor'
import { errorMessage, fromHex, isErrorCode, ShoalError, toHex, type ErrorCode } from '../../base/index.ts'
import { nameFault, parseLink, sanitiseText, sanitiseWords } from '../../content/index.ts'
import * as limits from './limits.ts'

/** A share somebody offers. */
export interface OfferedContent {
  readonly cid: string
  readonly link: string
  readonly name: string
  readonly title: string | null
  readonly kind: 'file' | 'folder'
  /** Bytes. */
  readonly size: number
  readonly files: number
}

/** What became of an offer, as its receiver tells. */
export type OfferReport =
  | { readonly is: 'accepted' }
  | { readonly is: 'declined' }
  /** Bytes verified so far. */
  | { readonly is: 'getting'; readonly held: number }
  | { readonly is: 'done' }
  | { readonly is: 'failed'; readonly code: ErrorCode }

/** What peers say to each other. Ids are 16 random bytes, as 32 hexadecimal digits. */
export type PeerMessage =
  | { readonly is: 'note'; readonly id: string; readonly text: string }
  /** `text` may be empty. */
  | { readonly is: 'offer'; readonly id: string; readonly text: string; readonly share: OfferedContent }
  | { readonly is: 'report'; readonly about: string; readonly report: OfferReport }

/** Why a message was not taken. */
export const REFUSALS = ['not-wanted', 'too-many', 'not-understood', 'trouble'] as const
export type Refusal = (typeof REFUSALS)[number]

/** The receiver's answer; `taken` means stored. */
export type Reply = { readonly is: 'taken' } | { readonly is: 'refused'; readonly why: Refusal }

const VERSION = 1
const ID_BYTES = 16

/** @throws ShoalError `too-large`. */
export function encodeMessage(message: PeerMessage): Uint8Array<ArrayBuffer> {
  const bytes = toBytes({ v: VERSION, ...onWire(message) })
  if (bytes.length > limits.MAX_MESSAGE_BYTES) {
    throw new ShoalError('too-large', `a message of ${bytes.length} bytes`, { data: { bytes: bytes.length } })
  }
  return bytes
}

function onWire(message: PeerMessage): Record<string, unknown> {
  switch (message.is) {
    case 'note':
      return { is: 'note', id: idBytes(message.id), text: message.text }
    case 'offer': {
      const { link, name, title, kind, size, files } = message.share
      const share = { link, name, title, kind, size, files }
      return { is: 'offer', id: idBytes(message.id), text: message.text, share }
    }
    case 'report': {
      const { is: state, ...facts } = message.report
      return { is: 'report', about: idBytes(message.about), state, ...facts }
    }
  }
}

/**
 * Reads what a peer sent: unknown keys are ignored, words cleaned, everything else must be right.
 * @throws ShoalError `protocol-violation`.
 */
export function decodeMessage(bytes: Uint8Array): PeerMessage {
  const value = decodeMap(bytes, limits.MAX_MESSAGE_BYTES)
  switch (value.is) {
    case 'note': {
      const text = readText(value.text)
      if (text === '') throw violation('a note without words')
      return { is: 'note', id: readId(value.id), text }
    }
    case 'offer':
      return { is: 'offer', id: readId(value.id), text: readText(value.text), share: readShare(value.share) }
    case 'report':
      return { is: 'report', about: readId(value.about), report: readReport(value) }
    default:
      throw violation('an unknown kind')
  }
}

export function encodeReply(reply: Reply): Uint8Array<ArrayBuffer> {
  return toBytes({ v: VERSION, ...reply })
}

/** @throws ShoalError `protocol-violation`. */
export function decodeReply(bytes: Uint8Array): Reply {
  const value = decodeMap(bytes, limits.MAX_REPLY_BYTES)
  if (value.is === 'taken') return { is: 'taken' }
  const why = REFUSALS.find((known) => known === value.why)
  if (value.is !== 'refused' || !why) throw violation('an unknown answer')
  return { is: 'refused', why }
}

function readText(value: unknown): string {
  if (typeof value !== 'string') throw violation('no text')
  return sanitiseText(value, limits.MAX_NOTE)
}

function readId(value: unknown): string {
  if (!(value instanceof Uint8Array) || value.length !== ID_BYTES) throw violation('no id')
  return toHex(value)
}

function readShare(value: unknown): OfferedContent {
  if (!isMap(value)) throw violation('no share')
  const { link, name, title, kind, size, files } = value
  if (typeof link !== 'string' || typeof name !== 'string') throw violation('a share without link or name')
  if (!isWhole(size) || !isWhole(files)) throw violation('a share without size')
  if (kind !== 'file' && kind !== 'folder') throw violation('a share of an unknown kind')
  if (nameFault(name)) throw violation('a share whose name is not portable')
  const words = typeof title === 'string' ? sanitiseWords(title, limits.MAX_OFFER_TITLE) : ''
  return { cid: cidOf(link), link, name, title: words || null, kind, size, files }
}

function cidOf(link: string): string {
  try {
    return parseLink(link).cid.toString()
  } catch (cause) {
    throw new ShoalError('protocol-violation', 'a message with a link that is none', { cause })
  }
}

function readReport({ state, held, code }: Record<string, unknown>): OfferReport {
  switch (state) {
    case 'accepted':
    case 'declined':
    case 'done':
      return { is: state }
    case 'getting':
      if (isWhole(held)) return { is: 'getting', held }
      throw violation('a report without bytes')
    case 'failed':
      // A later version may have further codes: what failed is still told.
      return { is: 'failed', code: isErrorCode(code) ? code : 'internal' }
    default:
      throw violation('an unknown report')
  }
}

function decodeMap(bytes: Uint8Array, most: number): Record<string, unknown> {
  if (bytes.length > most) throw violation('too long')
  const value = decodeAny(bytes)
  if (!isMap(value)) throw violation('not a map')
  if (value.v !== VERSION) throw violation('an unknown version')
  return value
}

function decodeAny(bytes: Uint8Array): unknown {
  try {
    return decode<unknown>(bytes)
  } catch (error) {
    // Stack overflow by nesting is a RangeError and ends up here too.
    throw violation(`not DAG-CBOR: ${errorMessage(error).slice(0, 100)}`)
  }
}

function idBytes(id: string): Uint8Array {
  const bytes = fromHex(id)
  if (bytes?.length !== ID_BYTES) throw new ShoalError('internal', 'not the id of a message')
  return bytes
}

// Under Node the encoder gives a Buffer that may be part of a shared pool.
function toBytes(value: unknown): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(encode(value))
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function violation(why: string): ShoalError {
  return new ShoalError('protocol-violation', `a direct message: ${why}`)
}
