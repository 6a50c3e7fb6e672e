import { Buffer } from 'node:buffer'
import * as packet from 'dns-packet'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseIpv6 } from '../../../base/index.ts'
import { CLASS, TYPE, typeText } from './constants.ts'
import { decodeMessage } from './decode.ts'
import { encodeMessage } from './encode.ts'
import { message, type ResourceRecord } from './message.ts'
import type { Name } from './name.ts'
import { anyRecord, plain, plainName } from './test-messages.ts'

/** dns-packet knows names as text of plain labels, and TXT with several strings. */
const types = fc.constantFrom<number>(
  TYPE.A,
  TYPE.AAAA,
  TYPE.NS,
  TYPE.CNAME,
  TYPE.PTR,
  TYPE.SOA,
  TYPE.MX,
  TYPE.TXT,
  TYPE.SRV,
)
const records = fc.array(anyRecord(plainName, types, fc.constant(CLASS.IN)), { maxLength: 8 })

const text = (name: Name): string => name.toString().slice(0, -1)

/** A record as dns-packet takes and tells it. */
function theirs({ name, type, ttl, data }: ResourceRecord): packet.Answer {
  return { name: text(name), type: typeText(type), ttl, class: 'IN', data: theirData(data) } as packet.Answer
}

function theirData(data: ResourceRecord['data']): unknown {
  switch (data.kind) {
    case 'A':
    case 'AAAA':
      return data.address
    case 'NS':
    case 'CNAME':
    case 'PTR':
    case 'DNAME':
      return text(data.target)
    case 'MX':
      return { preference: data.preference, exchange: text(data.exchange) }
    case 'SRV':
      return { priority: data.priority, weight: data.weight, port: data.port, target: text(data.target) }
    case 'TXT':
      return data.texts.map((each) => Buffer.from(each))
    case 'SOA': {
      const { serial, refresh, retry, expire, minimum } = data
      return { mname: text(data.primary), rname: text(data.mailbox), serial, refresh, retry, expire, minimum }
    }
    case 'unknown':
      return Buffer.from(data.bytes)
  }
}

/** What both libraries tell in the same words: IPv6 text has several forms. */
function comparable(answer: packet.Answer): unknown {
  const { name, type, ttl, data } = answer as { name: string; type: string; ttl?: number; data?: unknown }
  const value = type === 'AAAA' ? Array.from(parseIpv6(String(data))!) : plain(data)
  return { name, type, ttl, data: value }
}

describe('this codec and dns-packet', () => {
  test('dns-packet reads what is written here', () => {
    fc.assert(
      fc.property(records, plainName, (answers, asked) => {
        const bytes = encodeMessage(
          message({
            id: 7,
            response: true,
            questions: [{ name: asked, type: TYPE.A, class: CLASS.IN }],
            answers,
          }),
        )
        const read = packet.decode(Buffer.from(bytes))
        expect(read.questions).toEqual([{ name: text(asked), type: 'A', class: 'IN' }])
        expect(read.answers!.map(comparable)).toEqual(answers.map(theirs).map(comparable))
      }),
      { numRuns: 500 },
    )
  })

  test('what dns-packet writes is read here', () => {
    fc.assert(
      fc.property(records, (answers) => {
        const bytes = packet.encode({ type: 'response', id: 9, answers: answers.map(theirs) })
        const read = decodeMessage(bytes)
        expect(plain(read.answers)).toEqual(plain(answers))
        expect(read).toMatchObject({ id: 9, response: true })
      }),
      { numRuns: 500 },
    )
  })
})
