import { fieldValue, parseAddresses, type Address, type Field } from '../mime/index.ts'
import { nstringOf, parenthesized, type Answer } from './text.ts'

/** What ENVELOPE answers (RFC 3501 §7.4.2): the head's main fields, not decoded. */
export function envelopeOf(fields: readonly Field[]): Answer[] {
  const text = (name: string): Answer[] => nstringOf(fieldValue(fields, name))
  const from = addressesOf(fields, 'from')
  // Whoever wrote it sent it, and gets the answer, unless the head says otherwise.
  const or = (name: string): Answer[] => {
    const addresses = addressesOf(fields, name)
    return addressList(addresses.length > 0 ? addresses : from)
  }
  const list = (name: string): Answer[] => addressList(addressesOf(fields, name))
  return parenthesized([
    text('date'),
    text('subject'),
    addressList(from),
    or('sender'),
    or('reply-to'),
    list('to'),
    list('cc'),
    list('bcc'),
    text('in-reply-to'),
    text('message-id'),
  ])
}

function addressesOf(fields: readonly Field[], name: string): Address[] {
  return fields
    .filter((field) => field.name.toLowerCase() === name)
    .flatMap(({ value }) => parseAddresses(value))
}

function addressList(addresses: readonly Address[]): Answer[] {
  if (addresses.length === 0) return ['NIL']
  const entries = addresses.flatMap(({ name, mailbox, host }) =>
    parenthesized([nstringOf(name), ['NIL'], nstringOf(mailbox), nstringOf(host)]),
  )
  return ['(', ...entries, ')']
}
