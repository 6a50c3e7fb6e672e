/**
 * The link's frames. A frame that begins with `{` is a message of oRPC's peer protocol (request, response, event,
 * abort); every other is a control frame of one letter and plain fields:
 *
 *     h1            hello, the version (core → client, first)
 *     p  o          ping (core → client) and its answer
 *     k<n>          n characters of messages have been taken in since the start
 *     c<id> <n>     n events of iterator <id> have been consumed (client → core)
 *     x<code>       the link ends, and why
 *
 * Both counts are totals, so that a frame says the same however often it comes.
 */
import {
  deserializeRequestMessage,
  deserializeResponseMessage,
  MessageType,
  type BaseMessageFormat,
} from '@orpc/standard-server-peer'
import { isErrorCode, type ErrorCode } from '../base/errors.ts'
import { MAX_DEPTH, MAX_PATH_CHARS } from './limits.ts'

export type Control =
  | { is: 'hello'; version: number }
  | { is: 'ping' }
  | { is: 'pong' }
  | { is: 'taken'; chars: number }
  | { is: 'consumed'; id: string; events: number }
  | { is: 'bye'; code: ErrorCode }

/** An oRPC message whose envelope has been checked; its payload has not. */
export type Envelope = { is: 'message'; message: BaseMessageFormat }
export type Frame = Control | Envelope

export type ClientMessage =
  { is: 'request'; id: string; url: URL; body: unknown } | { is: 'abort'; id: string }

export type ServerMessage =
  | { is: 'response'; id: string; status: number; streams: boolean; body: unknown }
  | { is: 'event'; id: string; event: 'message' | 'error' | 'done'; data: unknown }

export const EVENT_STREAM = 'text/event-stream'

const ID = /^[0-9a-z]{1,16}$/
const COUNT = /^(?:0|[1-9]\d{0,15})$/
const PATH = /^(?:\/[^/?#\\\s]{1,128}){1,8}$/

/** A frame as it arrived, or undefined when it is none. Nothing is parsed before its size and depth are known. */
export function parseFrame(raw: unknown, maxChars: number): Frame | undefined {
  if (typeof raw !== 'string' || raw.length === 0 || raw.length > maxChars) return undefined
  return raw.charCodeAt(0) === OPEN_BRACE ? parseEnvelope(raw) : parseControl(raw)
}

export function formatControl(control: Control): string {
  switch (control.is) {
    case 'hello':
      return `h${control.version}`
    case 'ping':
      return 'p'
    case 'pong':
      return 'o'
    case 'taken':
      return `k${control.chars}`
    case 'consumed':
      return `c${control.id} ${control.events}`
    case 'bye':
      return `x${control.code}`
  }
}

/** What a client may send: requests and their end. Streams of events go from the core to the client only. */
export function parseClientMessage(message: BaseMessageFormat): ClientMessage | undefined {
  if (message.t === MessageType.ABORT_SIGNAL) return { is: 'abort', id: message.i }
  if (message.t !== undefined || !isRecord(message.p)) return undefined
  const { u: path, b: body, m: method } = message.p
  if (typeof path !== 'string' || path.length > MAX_PATH_CHARS || !PATH.test(path)) return undefined
  // Contract calls are POSTs with a JSON body. Headers could turn a body into files or forms: none are taken.
  if (method !== undefined || (body !== undefined && !isRecord(body))) return undefined
  const [id, , request] = deserializeRequestMessage({ i: message.i, p: { u: path, b: body } })
  const { url } = request as { url: URL }
  return { is: 'request', id, url, body }
}

/** What a core may send: one response per request, then events if it announced them. */
export function parseServerMessage(message: BaseMessageFormat): ServerMessage | undefined {
  if (!isRecord(message.p)) return undefined
  if (message.t === MessageType.EVENT_ITERATOR) {
    const { e: event, d: data } = message.p
    if (event !== 'message' && event !== 'error' && event !== 'done') return undefined
    return { is: 'event', id: message.i, event, data }
  }
  const { s: status = 200, h: headers = {} } = message.p
  if (message.t !== undefined || !isStatus(status) || !isRecord(headers)) return undefined
  const [id, , response] = deserializeResponseMessage({ ...message, p: { ...message.p, s: status } })
  const { body } = response as { body: unknown }
  return { is: 'response', id, status, streams: headers['content-type'] === EVENT_STREAM, body }
}

const OPEN_BRACE = 0x7b

function parseControl(text: string): Control | undefined {
  const rest = text.slice(1)
  switch (text[0]) {
    case 'h':
      return COUNT.test(rest) ? { is: 'hello', version: Number(rest) } : undefined
    case 'p':
      return rest === '' ? { is: 'ping' } : undefined
    case 'o':
      return rest === '' ? { is: 'pong' } : undefined
    case 'k':
      return COUNT.test(rest) ? { is: 'taken', chars: Number(rest) } : undefined
    case 'c':
      return parseConsumed(rest)
    case 'x':
      return isErrorCode(rest) ? { is: 'bye', code: rest } : undefined
    default:
      return undefined
  }
}

function parseConsumed(rest: string): Control | undefined {
  const [id = '', events = '', ...more] = rest.split(' ', 3)
  if (!ID.test(id) || !COUNT.test(events) || more.length > 0) return undefined
  return { is: 'consumed', id, events: Number(events) }
}

function parseEnvelope(text: string): Envelope | undefined {
  if (!nestsWithin(text, MAX_DEPTH)) return undefined
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isRecord(json)) return undefined
  const { i: id, t: type, p: payload } = json
  if (typeof id !== 'string' || !ID.test(id)) return undefined
  if (type !== undefined && type !== MessageType.EVENT_ITERATOR && type !== MessageType.ABORT_SIGNAL)
    return undefined
  const message: BaseMessageFormat = { i: id, p: payload }
  if (type !== undefined) message.t = type
  return { is: 'message', message }
}

/** Whether the JSON text nests at most `max` deep, without parsing it: brackets in strings do not count. */
export function nestsWithin(text: string, max: number): boolean {
  if (text.length <= max) return true
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x22) i = endOfString(text, i)
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > max) return false
    } else if (code === 0x7d || code === 0x5d) depth--
  }
  return true
}

/** Index of the quote that ends the string begun at `start`, or the text's end. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end !== -1 && isEscaped(text, end, start)) end = text.indexOf('"', end + 1)
  return end === -1 ? text.length : end
}

function isEscaped(text: string, at: number, start: number): boolean {
  let backslashes = 0
  while (at - 1 - backslashes > start && text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes++
  return backslashes % 2 === 1
}

function isStatus(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 100 && (value as number) <= 599
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
