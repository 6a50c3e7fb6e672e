import type { Random } from '../../../base/index.ts'
import { Name, type Message, type Rdata, type ResourceRecord } from '../wire/index.ts'

const CASE_BIT = 0x20

/** Letters in random case ("0x20"): an honest answer repeats them, a forger has to guess them. */
export function mixedCase(name: Name, random: Random): Name {
  const coins = random.bytes(name.wireLength)
  let at = 0
  const mix = (byte: number): number => (isLetter(byte) && (coins[at++]! & 1) === 1 ? byte ^ CASE_BIT : byte)
  return Name.of(name.labels.map((label) => label.map(mix)))
}

/**
 * Takes the random case out of an answer again: a server shortens names by pointing to our question, so that its names end
 * in our letters. Those ends become lower case.
 */
export function withoutCase(message: Message, mixed: Name): Message {
  const plain = Name.of(
    mixed.labels.map((label) => label.map((byte) => (isLetter(byte) ? byte | CASE_BIT : byte))),
  )
  const restore = (name: Name): Name => restoreEnd(name, mixed, plain)
  const restoreRecord = (record: ResourceRecord): ResourceRecord => ({
    ...record,
    name: restore(record.name),
    data: restoreData(record.data, restore),
  })
  return {
    ...message,
    answers: message.answers.map(restoreRecord),
    authorities: message.authorities.map(restoreRecord),
    additionals: message.additionals.map(restoreRecord),
  }
}

function restoreEnd(name: Name, mixed: Name, plain: Name): Name {
  let shared = 0
  const most = Math.min(name.labels.length, mixed.labels.length)
  while (shared < most && name.last(shared + 1).equalsExactly(mixed.last(shared + 1))) shared++
  if (shared === 0) return name
  return Name.of([...name.labels.slice(0, name.labels.length - shared), ...plain.last(shared).labels])
}

function restoreData(data: Rdata, restore: (name: Name) => Name): Rdata {
  switch (data.kind) {
    case 'NS':
    case 'CNAME':
    case 'PTR':
    case 'DNAME':
    case 'SRV':
      return { ...data, target: restore(data.target) }
    case 'MX':
      return { ...data, exchange: restore(data.exchange) }
    case 'SOA':
      return { ...data, primary: restore(data.primary), mailbox: restore(data.mailbox) }
    default:
      return data
  }
}

function isLetter(byte: number): boolean {
  const lower = byte | CASE_BIT
  return lower >= 0x61 && lower <= 0x7a
}
