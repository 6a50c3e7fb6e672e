import { utf8 } from '../../../base/index.ts'
import { CLASS, TYPE, type Name, type Rdata, type ResourceRecord } from '../wire/index.ts'
import { DENIAL_TTL, TREE_TTL } from './limits.ts'

const make = (name: Name, type: number, data: Rdata, ttl = TREE_TTL): ResourceRecord => ({
  name,
  type,
  class: CLASS.IN,
  ttl,
  data,
})

/** An A or AAAA record, as the address is. */
export function addressRecord(name: Name, address: string, ttl?: number): ResourceRecord {
  return address.includes(':')
    ? make(name, TYPE.AAAA, { kind: 'AAAA', address }, ttl)
    : make(name, TYPE.A, { kind: 'A', address }, ttl)
}

export function nsRecord(name: Name, target: Name, ttl?: number): ResourceRecord {
  return make(name, TYPE.NS, { kind: 'NS', target }, ttl)
}

export function mxRecord(name: Name, preference: number, exchange: Name, ttl?: number): ResourceRecord {
  return make(name, TYPE.MX, { kind: 'MX', preference, exchange }, ttl)
}

export function srvRecord(name: Name, port: number, target: Name, ttl?: number): ResourceRecord {
  return make(name, TYPE.SRV, { kind: 'SRV', priority: 0, weight: 0, port, target }, ttl)
}

const TEXT_BYTES = 255

/** A TXT record: each text a string, a longer one cut into several (RFC 1035 §3.3.14). */
export function txtRecord(name: Name, texts: readonly string[], ttl?: number): ResourceRecord {
  const strings = texts.flatMap((text) => {
    const bytes = utf8(text)
    const count = Math.max(1, Math.ceil(bytes.length / TEXT_BYTES))
    return Array.from({ length: count }, (_, i) => bytes.subarray(i * TEXT_BYTES, (i + 1) * TEXT_BYTES))
  })
  return make(name, TYPE.TXT, { kind: 'TXT', texts: strings }, ttl)
}

/** The start of a zone's authority. */
export function soaRecord(origin: Name, primary: Name, serial: number): ResourceRecord {
  const mailbox = origin.child('hostmaster')
  const times = { refresh: 3_600, retry: 600, expire: 86_400, minimum: DENIAL_TTL }
  return make(origin, TYPE.SOA, { kind: 'SOA', primary, mailbox, serial, ...times })
}
