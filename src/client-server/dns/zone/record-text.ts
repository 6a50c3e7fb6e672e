import { toHex } from '../../../base/index.ts'
import { classText, rdataBytes, typeText, type Name, type ResourceRecord, type Soa } from '../wire/index.ts'

/** The data of a record as in a zone file. */
export function formatRdata(record: ResourceRecord): string {
  const { data } = record
  switch (data.kind) {
    case 'A':
    case 'AAAA':
      return data.address
    case 'NS':
    case 'CNAME':
    case 'PTR':
    case 'DNAME':
      return data.target.toString()
    case 'MX':
      return `${data.preference} ${data.exchange.toString()}`
    case 'SRV':
      return `${data.priority} ${data.weight} ${data.port} ${data.target.toString()}`
    case 'TXT':
      return data.texts.map(quote).join(' ')
    case 'SOA':
      return formatSoa(data)
    case 'unknown':
      return genericRdata(record)
  }
}

/** `www.example.com. 300 IN A 192.0.2.1` */
export function formatRecord(record: ResourceRecord): string {
  const { name, ttl, type } = record
  return `${name.toString()} ${ttl} ${classText(record.class)} ${typeText(type)} ${formatRdata(record)}`
}

function formatSoa({ primary, mailbox, serial, refresh, retry, expire, minimum }: Soa): string {
  return `${primary.toString()} ${mailbox.toString()} ${serial} ${refresh} ${retry} ${expire} ${minimum}`
}

/** `\# 4 c0000201`: any type's data (RFC 3597 §5). */
function genericRdata(record: ResourceRecord): string {
  const bytes = rdataBytes(record)
  return `\\# ${bytes.length}${bytes.length > 0 ? ` ${toHex(bytes)}` : ''}`
}

function quote(text: Uint8Array): string {
  let quoted = '"'
  for (const byte of text) {
    if (byte < 0x20 || byte >= 0x7f) quoted += `\\${byte.toString().padStart(3, '0')}`
    else if (byte === 0x22 || byte === 0x5c) quoted += `\\${String.fromCharCode(byte)}`
    else quoted += String.fromCharCode(byte)
  }
  return `${quoted}"`
}

/** A whole zone file: its origin, its default time to live, then each record, the start of authority first. */
export function formatZone(origin: Name, records: readonly ResourceRecord[], defaultTtl?: number): string {
  const ttl = defaultTtl ?? records[0]?.ttl ?? 0
  const lines = [`$ORIGIN ${origin.toString()}`, `$TTL ${ttl}`, ...records.map(formatRecord)]
  return `${lines.join('\n')}\n`
}
