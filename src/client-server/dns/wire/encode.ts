import type { Message } from './message.ts'

export interface EncodeOptions {
  /** Octets the message may have; whole sets of records are left out, and TC set, to keep to it. */
  readonly limit?: number | undefined
}

/** Throws `bad-dns-message` for what cannot be written: a count, number or string that has no room on the wire. */
export declare function encodeMessage(message: Message, options?: EncodeOptions): Uint8Array<ArrayBuffer>
