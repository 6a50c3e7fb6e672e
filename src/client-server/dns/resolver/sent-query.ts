import type { Message, Name } from '../wire/index.ts'

/** A query as it goes out, and how to know its answer. */
export interface SentQuery {
  readonly bytes: Uint8Array
  /** The name as it is asked for, in mixed case. */
  readonly name: Name
  /**
   * `ours`: exactly this question was answered. `folded`: so it seems, but the letters' case was not kept, as an honest
   * server may do and a forger must. Throws `bad-dns-message` for an answer that is ours and cannot be read.
   */
  check(
    bytes: Uint8Array,
  ): { readonly is: 'ours' | 'folded'; readonly message: Message } | { readonly is: 'other' }
}
