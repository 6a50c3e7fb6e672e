import type { FlagChange } from '../mailbox/index.ts'
import type { FetchItem } from './fetch-item.ts'
import type { SearchKey } from './search-key.ts'
import type { SequenceSet } from './sequence-set.ts'

export const STATUS_ITEMS = ['MESSAGES', 'RECENT', 'UIDNEXT', 'UIDVALIDITY', 'UNSEEN'] as const
export type StatusItem = (typeof STATUS_ITEMS)[number]

/** Messages by sequence number, or by UID. */
export interface Target {
  readonly set: SequenceSet
  readonly byUid: boolean
}

/** What a client may ask (RFC 3501 §6 and the extensions the server names). Names are decoded. */
export type Command =
  | { readonly is: SimpleCommand }
  | { readonly is: 'id'; readonly pairs: ReadonlyMap<string, string> }
  | { readonly is: 'login'; readonly user: string; readonly password: string }
  | { readonly is: 'authenticate'; readonly mechanism: string; readonly initial: string | undefined }
  | { readonly is: FolderCommand; readonly name: string }
  | { readonly is: 'rename'; readonly from: string; readonly to: string }
  | { readonly is: 'list' | 'lsub'; readonly reference: string; readonly pattern: string }
  | { readonly is: 'status'; readonly name: string; readonly items: readonly StatusItem[] }
  | AppendCommand
  | { readonly is: 'expunge'; readonly uids: SequenceSet | undefined }
  | SearchCommand
  | FetchCommand
  | StoreCommand
  | { readonly is: 'copy' | 'move'; readonly target: Target; readonly to: string }

export type SimpleCommand =
  'capability' | 'noop' | 'logout' | 'starttls' | 'namespace' | 'check' | 'close' | 'unselect' | 'idle'

export type FolderCommand = 'select' | 'examine' | 'create' | 'delete' | 'subscribe' | 'unsubscribe'

export interface AppendCommand {
  readonly is: 'append'
  readonly name: string
  readonly flags: readonly string[]
  /** Milliseconds since 1970. */
  readonly date: number | undefined
  readonly message: Uint8Array
}

export interface SearchCommand {
  readonly is: 'search'
  readonly byUid: boolean
  readonly charset: string | undefined
  readonly key: SearchKey
}

export interface FetchCommand {
  readonly is: 'fetch'
  readonly target: Target
  readonly items: readonly FetchItem[]
}

export interface StoreCommand {
  readonly is: 'store'
  readonly target: Target
  readonly change: FlagChange
  readonly isSilent: boolean
  readonly flags: readonly string[]
}
