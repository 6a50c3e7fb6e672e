import { TYPE } from './constants.ts'
import { MAX_TTL } from './limits.ts'
import type { Edns, EdnsOption, Message, Question, RawHeader, ResourceRecord } from './message.ts'
import { readRdata } from './rdata.ts'
import { badMessage, Reader } from './reader.ts'

export const HEADER_BYTES = 12

/** The header alone, or undefined for fewer than twelve octets: enough to refuse cheaply. */
export function decodeHeader(bytes: Uint8Array): RawHeader | undefined {
  if (bytes.length < HEADER_BYTES) return undefined
  const u16 = (at: number): number => (bytes[at]! << 8) | bytes[at + 1]!
  const flags = u16(2)
  const flag = (bit: number): boolean => (flags & bit) !== 0
  return {
    id: u16(0),
    response: flag(0x8000),
    opcode: (flags >> 11) & 0xf,
    authoritative: flag(0x0400),
    truncated: flag(0x0200),
    recursionDesired: flag(0x0100),
    recursionAvailable: flag(0x0080),
    authenticData: flag(0x0020),
    checkingDisabled: flag(0x0010),
    rcode: flags & 0xf,
    questionCount: u16(4),
    answerCount: u16(6),
    authorityCount: u16(8),
    additionalCount: u16(10),
  }
}

/**
 * A whole message. Throws `bad-dns-message` for anything that is not exactly one: a pointer that does not go back, a length that
 * is not the data's, octets left over, a second OPT.
 */
export function decodeMessage(bytes: Uint8Array): Message {
  const raw = decodeHeader(bytes)
  if (!raw) throw badMessage('fewer than twelve octets')
  const reader = new Reader(bytes, HEADER_BYTES)
  const { questionCount, answerCount, authorityCount, additionalCount, ...header } = raw
  const questions = times(questionCount, () => readQuestion(reader))
  const answers = times(answerCount, () => readRecord(reader))
  const authorities = times(authorityCount, () => readRecord(reader))
  const { records: additionals, opt } = readAdditionals(reader, additionalCount)
  if (reader.at !== bytes.length) throw badMessage(`${bytes.length - reader.at} octets are left over`)
  const rcode = header.rcode | ((opt?.extendedRcode ?? 0) << 4)
  return { ...header, rcode, questions, answers, authorities, additionals, ...(opt && { edns: opt.edns }) }
}

/** Reads on only while there is something to read, so a count that lies costs nothing. */
function times<T>(count: number, read: () => T): T[] {
  const items: T[] = []
  for (let i = 0; i < count; i++) items.push(read())
  return items
}

function readQuestion(reader: Reader): Question {
  return { name: reader.name(), type: reader.u16(), class: reader.u16() }
}

function readRecord(reader: Reader): ResourceRecord {
  const name = reader.name()
  const type = reader.u16()
  if (type === TYPE.OPT) throw badMessage('OPT outside the additional section')
  return readRest(reader, name, type)
}

function readRest(reader: Reader, name: ResourceRecord['name'], type: number): ResourceRecord {
  const recordClass = reader.u16()
  const ttl = reader.u32()
  const data = readRdata(reader, type, recordClass, reader.u16())
  return { name, type, class: recordClass, ttl: ttl > MAX_TTL ? 0 : ttl, data }
}

interface Opt {
  readonly edns: Edns
  readonly extendedRcode: number
}

function readAdditionals(reader: Reader, count: number): { records: ResourceRecord[]; opt: Opt | undefined } {
  const records: ResourceRecord[] = []
  let opt: Opt | undefined
  for (let i = 0; i < count; i++) {
    const name = reader.name()
    const type = reader.u16()
    if (type !== TYPE.OPT) {
      records.push(readRest(reader, name, type))
      continue
    }
    if (opt) throw badMessage('two OPT records')
    if (!name.isRoot) throw badMessage('an OPT record whose name is not the root')
    opt = readOpt(reader)
  }
  return { records, opt }
}

function readOpt(reader: Reader): Opt {
  const udpSize = reader.u16()
  const extendedRcode = reader.u8()
  const version = reader.u8()
  const dnssecOk = (reader.u16() & 0x8000) !== 0
  const end = reader.u16() + reader.at
  const options: EdnsOption[] = []
  while (reader.at < end) {
    const code = reader.u16()
    options.push({ code, data: reader.take(reader.u16()) })
  }
  if (reader.at !== end) throw badMessage('an option runs out of the OPT record')
  return { edns: { udpSize, version, dnssecOk, options }, extendedRcode }
}
