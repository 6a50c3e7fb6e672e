export { literalAddress, mailboxKey, parseAddress, parseDomain, requireAddress } from './address.ts'
export type { Address, AddressOptions } from './address.ts'
export { parsePath } from './path.ts'
export type { MailPath } from './path.ts'
