import { fromHex, isErrorCode, ShoalError, toHex, type ErrorCode } from '../../base/index.ts'
import { decodeMap, encodeCanonical, isCount, type MapForm } from '../../content/cbor.ts'
import { cardOnWire, readCard, sanitiseText, type ShareCard } from '../../content/index.ts'
import * as limits from './limits.ts'

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
  | { readonly is: 'offer'; readonly id: string; readonly text: string; readonly share: ShareCard }
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
  const bytes = encodeCanonical({ v: VERSION, ...onWire(message) })
  if (bytes.length > limits.MAX_MESSAGE_BYTES) {
    throw new ShoalError('too-large', `a message of ${bytes.length} bytes`, { data: { bytes: bytes.length } })
  }
  return bytes
}

function onWire(message: PeerMessage): Record<string, unknown> {
  switch (message.is) {
    case 'note':
      return { is: 'note', id: idBytes(message.id), text: message.text }
    case 'offer':
      return { is: 'offer', id: idBytes(message.id), text: message.text, share: cardOnWire(message.share) }
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
  const value = decodeMap(bytes, form(limits.MAX_MESSAGE_BYTES))
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
  return encodeCanonical({ v: VERSION, ...reply })
}

/** @throws ShoalError `protocol-violation`. */
export function decodeReply(bytes: Uint8Array): Reply {
  const value = decodeMap(bytes, form(limits.MAX_REPLY_BYTES))
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

function readShare(value: unknown): ShareCard {
  const card = readCard(value)
  if ('fault' in card) throw violation(card.fault)
  return card
}

function readReport({ state, held, code }: Record<string, unknown>): OfferReport {
  switch (state) {
    case 'accepted':
    case 'declined':
    case 'done':
      return { is: state }
    case 'getting':
      if (isCount(held)) return { is: 'getting', held }
      throw violation('a report without bytes')
    case 'failed':
      // A later version may have further codes: what failed is still told.
      return { is: 'failed', code: isErrorCode(code) ? code : 'internal' }
    default:
      throw violation('an unknown report')
  }
}

function idBytes(id: string): Uint8Array {
  const bytes = fromHex(id)
  if (bytes?.length !== ID_BYTES) throw new ShoalError('internal', 'not the id of a message')
  return bytes
}

function form(mostBytes: number): MapForm {
  return { version: VERSION, mostBytes, fault: violation }
}

function violation(why: string): ShoalError {
  return new ShoalError('protocol-violation', `a direct message: ${why}`)
}
