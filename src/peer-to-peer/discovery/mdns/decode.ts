import { MAX_PACKET_BYTES, MAX_RECORDS } from './limits.ts'
import {
  CLASS_ANY,
  CLASS_IN,
  labelText,
  TYPE,
  type DnsData,
  type DnsMessage,
  type DnsName,
  type DnsQuestion,
  type DnsRecord,
} from './dns-message.ts'

/** Longest name on the wire (RFC 1035 §3.1), bytes. */
const MAX_NAME_BYTES = 255
const HEADER_BYTES = 12

class BadMessage extends Error {}

/**
 * Reads a packet that anybody may have sent; undefined for whatever is not a well-formed query or response. Records of
 * other types and classes are skipped, bytes behind the last record are ignored.
 */
export function decodeMessage(packet: Uint8Array): DnsMessage | undefined {
  if (packet.length < HEADER_BYTES || packet.length > MAX_PACKET_BYTES) return undefined
  try {
    return readMessage(packet)
  } catch (error) {
    if (error instanceof BadMessage || error instanceof RangeError) return undefined
    throw error
  }
}

function readMessage(packet: Uint8Array): DnsMessage | undefined {
  const reader = new Reader(packet)
  reader.at = 2
  const flags = reader.u16()
  const [questionCount, answerCount, authorityCount, additionalCount] = reader.counts()
  // RFC 6762 §18.3, §18.11: other opcodes and error codes are silently ignored.
  if ((flags & 0x780f) !== 0) return undefined
  if (questionCount + answerCount + authorityCount + additionalCount > MAX_RECORDS) return undefined
  const questions = reader.times(questionCount, () => reader.question())
  const answers = reader.times(answerCount, () => reader.record())
  reader.times(authorityCount, () => reader.record())
  const additionals = reader.times(additionalCount, () => reader.record())
  return {
    response: (flags & 0x8000) !== 0,
    truncated: (flags & 0x0200) !== 0,
    questions,
    answers,
    additionals,
  }
}

class Reader {
  at = 0
  readonly #packet: Uint8Array
  readonly #view: DataView

  constructor(packet: Uint8Array) {
    this.#packet = packet
    this.#view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength)
  }

  u16(): number {
    this.at += 2
    return this.#view.getUint16(this.at - 2)
  }

  u32(): number {
    this.at += 4
    return this.#view.getUint32(this.at - 4)
  }

  counts(): [number, number, number, number] {
    return [this.u16(), this.u16(), this.u16(), this.u16()]
  }

  /** Runs `read` so often and keeps what it understood. */
  times<T>(count: number, read: () => T | undefined): T[] {
    const all: T[] = []
    for (let i = 0; i < count; i++) {
      const each = read()
      if (each !== undefined) all.push(each)
    }
    return all
  }

  bytes(length: number): Uint8Array {
    if (this.at + length > this.#packet.length) throw new BadMessage('past the end')
    this.at += length
    return this.#packet.subarray(this.at - length, this.at)
  }

  question(): DnsQuestion | undefined {
    const name = this.name()
    const type = this.u16()
    const rawClass = this.u16()
    if (!name) return undefined
    return { name, type, class: rawClass & 0x7fff, unicast: (rawClass & 0x8000) !== 0 }
  }

  record(): DnsRecord | undefined {
    const name = this.name()
    const type = this.u16()
    const rawClass = this.u16()
    const ttl = this.u32()
    const end = this.u16() + this.at
    if (end > this.#packet.length) throw new BadMessage('record past the end')
    const classNumber = rawClass & 0x7fff
    const known = name && (classNumber === CLASS_IN || classNumber === CLASS_ANY)
    const data = known ? this.#data(type, end) : undefined
    this.at = end
    // RFC 2181 §8: a TTL with the top bit set counts as 0.
    return data && name
      ? { name, flush: (rawClass & 0x8000) !== 0, ttl: ttl > 0x7fffffff ? 0 : ttl, data }
      : undefined
  }

  #data(type: number, end: number): DnsData | undefined {
    const start = this.at
    const length = end - start
    const data = this.#typedData(type, length, end)
    if (data && this.at !== end) throw new BadMessage('data of another length than announced')
    return data
  }

  #typedData(type: number, length: number, end: number): DnsData | undefined {
    if (type === TYPE.A && length === 4) return { type: 'A', bytes: this.bytes(4) }
    if (type === TYPE.AAAA && length === 16) return { type: 'AAAA', bytes: this.bytes(16) }
    if (type === TYPE.TXT) return { type: 'TXT', strings: this.#strings(end) }
    if (type === TYPE.PTR) {
      const name = this.name()
      return name && { type: 'PTR', name }
    }
    if (type !== TYPE.SRV || length < 7) return undefined
    this.at += 4
    const port = this.u16()
    const target = this.name()
    return target && { type: 'SRV', port, target }
  }

  #strings(end: number): Uint8Array[] {
    const strings: Uint8Array[] = []
    while (this.at < end) {
      const length = this.bytes(1)[0]!
      if (this.at + length > end) throw new BadMessage('string past its record')
      strings.push(this.bytes(length))
    }
    return strings
  }

  /** A name, which may point backwards (RFC 1035 §4.1.4); undefined when a label is not text. */
  name(): DnsName | undefined {
    const labels: string[] = []
    let isText = true
    let total = 1
    let resumeAt: number | undefined
    // Each pointer must lead before the piece it ends, so that there is no way round.
    let pieceStart = this.at
    for (;;) {
      const length = this.bytes(1)[0]!
      if (length === 0) break
      if ((length & 0xc0) === 0xc0) {
        const target = ((length & 0x3f) << 8) | this.bytes(1)[0]!
        resumeAt ??= this.at
        if (target >= pieceStart) throw new BadMessage('a pointer that does not lead backwards')
        this.at = pieceStart = target
        continue
      }
      if ((length & 0xc0) !== 0) throw new BadMessage('an unknown kind of label')
      total += length + 1
      if (total > MAX_NAME_BYTES) throw new BadMessage('a name too long')
      const text = labelText(this.bytes(length))
      if (text === undefined) isText = false
      else labels.push(text)
    }
    if (resumeAt !== undefined) this.at = resumeAt
    return isText ? labels : undefined
  }
}
