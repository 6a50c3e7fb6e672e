import type { Message, RawHeader } from './message.ts'

/** The header alone, or undefined for fewer than twelve octets: enough to refuse cheaply. */
export declare function decodeHeader(bytes: Uint8Array): RawHeader | undefined

/**
 * A whole message. Throws `bad-dns-message` for anything that is not exactly one: a pointer that does not go back, a length that
 * is not the data's, octets left over, a second OPT.
 */
export declare function decodeMessage(bytes: Uint8Array): Message
