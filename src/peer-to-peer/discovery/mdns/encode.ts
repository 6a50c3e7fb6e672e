import { concatBytes } from '../../../base/index.ts'
import { CLASS_IN, labelBytes, TYPE, type DnsData, type DnsMessage, type DnsName } from './dns-message.ts'

/** Pointers hold 14 bits. */
const MAX_POINTER = 0x3fff

/**
 * Writes a message, names compressed (RFC 1035 §4.1.4). ID 0 and, in responses, AA as RFC 6762 §18 asks.
 * @throws RangeError for labels and strings that do not fit; ours always do.
 */
export function encodeMessage(
  message: Partial<DnsMessage> & Pick<DnsMessage, 'response'>,
): Uint8Array<ArrayBuffer> {
  const { questions = [], answers = [], additionals = [] } = message
  const writer = new Writer()
  writer.u16(0)
  writer.u16((message.response ? 0x8400 : 0) | (message.truncated ? 0x0200 : 0))
  for (const count of [questions.length, answers.length, 0, additionals.length]) writer.u16(count)
  for (const question of questions) {
    writer.name(question.name)
    writer.u16(question.type)
    writer.u16(question.class | (question.unicast ? 0x8000 : 0))
  }
  for (const record of [...answers, ...additionals]) {
    writer.name(record.name)
    writer.u16(TYPE[record.data.type])
    writer.u16(CLASS_IN | (record.flush ? 0x8000 : 0))
    writer.u32(record.ttl)
    writer.data(record.data)
  }
  return writer.finish()
}

class Writer {
  readonly #parts: Uint8Array[] = []
  readonly #names = new Map<string, number>()
  #length = 0

  u16(value: number): void {
    this.#push(Uint8Array.of(value >> 8, value & 0xff))
  }

  u32(value: number): void {
    this.u16(value >>> 16)
    this.u16(value & 0xffff)
  }

  name(name: DnsName): void {
    for (let i = 0; i < name.length; i++) {
      // A pointer keeps the case of where it points, so that only equal spellings share it.
      const rest = JSON.stringify(name.slice(i))
      const known = this.#names.get(rest)
      if (known !== undefined) return this.u16(0xc000 | known)
      if (this.#length <= MAX_POINTER) this.#names.set(rest, this.#length)
      const label = labelBytes(name[i]!)
      if (label.length === 0 || label.length > 63) throw new RangeError(`a label of ${label.length} bytes`)
      this.#push(Uint8Array.of(label.length))
      this.#push(label)
    }
    this.#push(Uint8Array.of(0))
  }

  data(data: DnsData): void {
    const lengthAt = this.#parts.length
    this.u16(0)
    const start = this.#length
    this.#dataBytes(data)
    const length = this.#length - start
    this.#parts[lengthAt] = Uint8Array.of(length >> 8, length & 0xff)
  }

  #dataBytes(data: DnsData): void {
    if (data.type === 'PTR') return this.name(data.name)
    if (data.type === 'A' || data.type === 'AAAA') return this.#push(data.bytes)
    if (data.type === 'SRV') {
      this.u32(0)
      this.u16(data.port)
      return this.name(data.target)
    }
    // RFC 6763 §6.1: an empty TXT record is one empty string.
    for (const each of data.strings.length > 0 ? data.strings : [new Uint8Array(0)]) {
      if (each.length > 255) throw new RangeError('a string longer than 255 bytes')
      this.#push(Uint8Array.of(each.length))
      this.#push(each)
    }
  }

  #push(bytes: Uint8Array): void {
    this.#parts.push(bytes)
    this.#length += bytes.length
  }

  finish(): Uint8Array<ArrayBuffer> {
    return concatBytes(...this.#parts)
  }
}
