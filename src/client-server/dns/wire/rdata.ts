import { formatIpv4, formatIpv6, IPV4_BYTES, IPV6_BYTES, parseIpv4, parseIpv6 } from '../../../base/index.ts'
import { CLASS, TYPE } from './constants.ts'
import type { Rdata, RdataKind, ResourceRecord, Soa, Srv } from './message.ts'
import { badMessage, Reader } from './reader.ts'
import { Writer } from './writer.ts'

/** Their data means the same in every class. */
const ANY_CLASS = new Map<number, RdataKind>([
  [TYPE.NS, 'NS'],
  [TYPE.CNAME, 'CNAME'],
  [TYPE.SOA, 'SOA'],
  [TYPE.PTR, 'PTR'],
  [TYPE.MX, 'MX'],
  [TYPE.TXT, 'TXT'],
  [TYPE.DNAME, 'DNAME'],
])

const INTERNET_ONLY = new Map<number, RdataKind>([
  [TYPE.A, 'A'],
  [TYPE.AAAA, 'AAAA'],
  [TYPE.SRV, 'SRV'],
])

/** Which kind of data a record of this type has. */
export function kindOf(type: number, recordClass: number): RdataKind {
  const kind = ANY_CLASS.get(type) ?? (recordClass === CLASS.IN ? INTERNET_ONLY.get(type) : undefined)
  return kind ?? 'unknown'
}

/** Reads the data of a record, whose `length` octets it must be exactly. Throws `bad-dns-message`. */
export function readRdata(reader: Reader, type: number, recordClass: number, length: number): Rdata {
  const end = reader.at + length
  const kind = kindOf(type, recordClass)
  const data = readKind(reader, kind, length)
  if (reader.at !== end) throw badMessage(`the data of a record is not the ${length} octets it tells`)
  return data
}

function readKind(reader: Reader, kind: RdataKind, length: number): Rdata {
  switch (kind) {
    case 'A':
      return { kind, address: formatIpv4(addressBytes(reader, length, IPV4_BYTES)) }
    case 'AAAA':
      return { kind, address: formatIpv6(addressBytes(reader, length, IPV6_BYTES)) }
    case 'NS':
    case 'CNAME':
    case 'PTR':
    case 'DNAME':
      return { kind, target: reader.name() }
    case 'SOA':
      return readSoa(reader)
    case 'MX':
      return { kind, preference: reader.u16(), exchange: reader.name() }
    case 'TXT':
      return { kind, texts: readTexts(reader, length) }
    case 'SRV':
      return readSrv(reader)
    case 'unknown':
      return { kind, bytes: reader.take(length) }
  }
}

function addressBytes(reader: Reader, length: number, expected: number): Uint8Array {
  if (length !== expected) throw badMessage(`an address has ${length} octets, not ${expected}`)
  return reader.take(length)
}

function readSoa(reader: Reader): Soa {
  return {
    kind: 'SOA',
    primary: reader.name(),
    mailbox: reader.name(),
    serial: reader.u32(),
    refresh: reader.u32(),
    retry: reader.u32(),
    expire: reader.u32(),
    minimum: reader.u32(),
  }
}

function readSrv(reader: Reader): Srv {
  return {
    kind: 'SRV',
    priority: reader.u16(),
    weight: reader.u16(),
    port: reader.u16(),
    target: reader.name(),
  }
}

function readTexts(reader: Reader, length: number): Uint8Array[] {
  const end = reader.at + length
  const texts: Uint8Array[] = []
  while (reader.at < end) {
    const size = reader.u8()
    if (reader.at + size > end) throw badMessage('a string runs out of its record')
    texts.push(reader.take(size))
  }
  if (texts.length === 0) throw badMessage('a TXT record without a string')
  return texts
}

/** Writes the length and data of a record. Throws `bad-dns-message` when the data is of another type. */
export function writeRdata(writer: Writer, { type, class: recordClass, data }: ResourceRecord): void {
  if (data.kind !== kindOf(type, recordClass))
    throw badMessage(`data of kind ${data.kind} in a record of type ${type}`)
  const lengthAt = writer.at
  writer.u16(0)
  writeKind(writer, data)
  writer.patch16(lengthAt, writer.at - lengthAt - 2)
}

function writeKind(writer: Writer, data: Rdata): void {
  switch (data.kind) {
    case 'A':
      return writer.raw(parseIpv4(data.address) ?? refuse(data.address))
    case 'AAAA':
      return writer.raw(parseIpv6(data.address) ?? refuse(data.address))
    case 'NS':
    case 'CNAME':
    case 'PTR':
      return writer.compressed(data.target)
    case 'DNAME':
      return writer.uncompressed(data.target)
    case 'SOA':
      return writeSoa(writer, data)
    case 'MX':
      writer.u16(data.preference)
      return writer.compressed(data.exchange)
    case 'TXT':
      return writeTexts(writer, data.texts)
    case 'SRV':
      return writeSrv(writer, data)
    case 'unknown':
      return writer.raw(data.bytes)
  }
}

function writeSoa(writer: Writer, soa: Soa): void {
  writer.compressed(soa.primary)
  writer.compressed(soa.mailbox)
  for (const value of [soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum]) writer.u32(value)
}

function writeSrv(writer: Writer, srv: Srv): void {
  writer.u16(srv.priority)
  writer.u16(srv.weight)
  writer.u16(srv.port)
  writer.uncompressed(srv.target)
}

function writeTexts(writer: Writer, texts: readonly Uint8Array[]): void {
  if (texts.length === 0) throw badMessage('a TXT record without a string')
  for (const text of texts) {
    if (text.length > 255) throw badMessage('a string of more than 255 octets')
    writer.u8(text.length)
    writer.raw(text)
  }
}

function refuse(address: string): never {
  throw badMessage(`${address} is no address`)
}

/** The data alone, names in full: to compare records, and as RFC 3597 text. */
export function rdataBytes(record: ResourceRecord): Uint8Array {
  const writer = new Writer()
  writeRdata(writer, record)
  return writer.finish().subarray(2)
}

/** Data of bytes that stand alone, without pointers. Throws `bad-dns-message`. */
export function rdataOfBytes(type: number, recordClass: number, bytes: Uint8Array): Rdata {
  const reader = new Reader(bytes, 0)
  return readRdata(reader, type, recordClass, bytes.length)
}
