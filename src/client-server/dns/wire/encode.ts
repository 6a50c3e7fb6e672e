import { TYPE } from './constants.ts'
import { MAX_MESSAGE_BYTES } from './limits.ts'
import type { Edns, Header, Message, ResourceRecord } from './message.ts'
import { writeRdata } from './rdata.ts'
import { badMessage } from './reader.ts'
import { Writer } from './writer.ts'

export interface EncodeOptions {
  /** Octets the message may have; whole sets of records are left out, and TC set, to keep to it. */
  readonly limit?: number | undefined
  /** TC also when additional records were left out: glue without which a referral leads nowhere (RFC 9471 §3.1). */
  readonly needsAdditionals?: boolean | undefined
}

const FLAGS_AT = 2
const COUNTS_AT = 4
const TRUNCATED = 0x0200

/** Throws `bad-dns-message` for what cannot be written: a count, number or string that has no room on the wire. */
export function encodeMessage(message: Message, options: EncodeOptions = {}): Uint8Array<ArrayBuffer> {
  const writer = new Writer()
  writeHeader(writer, message)
  for (const { name, type, class: questionClass } of message.questions) {
    writer.compressed(name)
    writer.u16(type)
    writer.u16(questionClass)
  }
  const opt = message.edns && optBytes(message.edns, message.rcode)
  const limit = Math.min(options.limit ?? MAX_MESSAGE_BYTES, MAX_MESSAGE_BYTES) - (opt?.length ?? 0)
  if (writer.at > limit) throw badMessage('the questions alone are longer than the message may be')
  writeSections(writer, message, limit, options)
  if (opt) {
    writer.raw(opt)
    addToCount(writer, 3, 1)
  }
  return writer.finish()
}

function writeHeader(writer: Writer, message: Message): void {
  writer.u16(message.id)
  writer.u16(flagsOf(message))
  writer.u16(message.questions.length)
  for (let i = 0; i < 3; i++) writer.u16(0)
}

function flagsOf(header: Header & Pick<Message, 'edns'>): number {
  const { opcode, rcode } = header
  if (opcode > 0xf || rcode > (header.edns ? 0xfff : 0xf))
    throw badMessage('an operation or result has no room')
  return (
    (header.response ? 0x8000 : 0) |
    (opcode << 11) |
    (header.authoritative ? 0x0400 : 0) |
    (header.truncated ? TRUNCATED : 0) |
    (header.recursionDesired ? 0x0100 : 0) |
    (header.recursionAvailable ? 0x0080 : 0) |
    (header.authenticData ? 0x0020 : 0) |
    (header.checkingDisabled ? 0x0010 : 0) |
    (rcode & 0xf)
  )
}

function writeSections(writer: Writer, message: Message, limit: number, options: EncodeOptions): void {
  const sections = [message.answers, message.authorities, message.additionals]
  for (const [section, records] of sections.entries()) {
    const complete = writeSets(writer, section + 1, records, limit)
    if (complete) continue
    if (options.limit === undefined) throw badMessage('the message is longer than 65,535 octets')
    if (section < 2 || options.needsAdditionals) writer.patch16(FLAGS_AT, flagsOf(message) | TRUNCATED)
    return
  }
}

/** Writes set by set up to the first that does not fit; tells whether all did. */
function writeSets(
  writer: Writer,
  section: number,
  records: readonly ResourceRecord[],
  limit: number,
): boolean {
  let written = 0
  while (written < records.length) {
    const start = writer.at
    const end = endOfSet(records, written)
    if (!writeSet(writer, records.slice(written, end), limit)) {
      writer.rewind(start)
      addToCount(writer, section, written)
      return false
    }
    written = end
  }
  addToCount(writer, section, written)
  return true
}

function writeSet(writer: Writer, records: readonly ResourceRecord[], limit: number): boolean {
  for (const record of records) {
    writer.compressed(record.name)
    writer.u16(record.type)
    writer.u16(record.class)
    writer.u32(record.ttl)
    writeRdata(writer, record)
    if (writer.at > limit) return false
  }
  return true
}

function endOfSet(records: readonly ResourceRecord[], start: number): number {
  const first = records[start]!
  let end = start + 1
  while (end < records.length && isSameSet(first, records[end]!)) end++
  return end
}

function isSameSet(a: ResourceRecord, b: ResourceRecord): boolean {
  return a.type === b.type && a.class === b.class && a.name.equals(b.name)
}

const counts = (section: number): number => COUNTS_AT + 2 * section

function addToCount(writer: Writer, section: number, more: number): void {
  writer.patch16(counts(section), writer.peek16(counts(section)) + more)
}

function optBytes({ udpSize, version, dnssecOk, options }: Edns, rcode: number): Uint8Array {
  const writer = new Writer()
  writer.u8(0)
  writer.u16(TYPE.OPT)
  writer.u16(udpSize)
  writer.u8(rcode >> 4)
  writer.u8(version)
  writer.u16(dnssecOk ? 0x8000 : 0)
  const lengthAt = writer.at
  writer.u16(0)
  for (const { code, data } of options) {
    writer.u16(code)
    writer.u16(data.length)
    writer.raw(data)
  }
  writer.patch16(lengthAt, writer.at - lengthAt - 2)
  return writer.finish()
}
