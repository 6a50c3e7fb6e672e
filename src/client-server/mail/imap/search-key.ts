import type { SequenceSet } from './sequence-set.ts'

/** What messages must be like to be found (RFC 3501 §6.4.4). Days are counted from 1970. */
export type SearchKey =
  | { readonly is: 'all' | 'new' | 'old' | 'recent' }
  | { readonly is: 'flag'; readonly flag: string; readonly set: boolean }
  | { readonly is: 'before' | 'on' | 'since'; readonly day: number; readonly of: 'received' | 'sent' }
  | { readonly is: 'larger' | 'smaller'; readonly bytes: number }
  | { readonly is: 'field'; readonly name: string; readonly text: string }
  | { readonly is: 'body' | 'text'; readonly text: string }
  | { readonly is: 'numbers' | 'uids'; readonly set: SequenceSet }
  | { readonly is: 'not'; readonly key: SearchKey }
  | { readonly is: 'and' | 'or'; readonly keys: readonly SearchKey[] }
