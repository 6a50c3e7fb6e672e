import type { CID } from 'multiformats/cid'
import type { Clock, Logger } from '../../base/index.ts'
import type { StoredShare } from '../../store/index.ts'

/** A share as this server offers it. */
export interface ServedShare {
  readonly cid: CID
  readonly stored: StoredShare
  /** What a person called it; else the root's name is shown. */
  readonly title: string | undefined
  /** Listed on the first page. Others are found by their CID or spoken address alone. */
  readonly openly: boolean
  /** A spoken address a person gave it, see `createShortCode`. */
  readonly short?: string | undefined
}

/** What limits the bytes sent; fits `TokenBucket`. */
export interface Pace {
  readonly isLimited: boolean
  /** Milliseconds until something may pass. */
  delay(): number
  take(bytes: number): void
}

export interface FilesInit {
  /** Everything that may be fetched now. Asked on every request. */
  readonly shares: () => Iterable<ServedShare>
  /** What this laptop is called, for the page's heading. */
  readonly name: () => string
  readonly clock: Clock
  readonly log: Logger
  readonly limits?: Partial<FilesLimits> | undefined
  /** Where to get Shoal, as a link on the page; http or https. */
  readonly getShoalUrl?: string | undefined
  /** Limit of everything that is sent. */
  readonly pace?: Pace | undefined
  /** Told of bytes of shares as they are given to the system. */
  readonly onSent?: ((share: ServedShare, bytes: number) => void) | undefined
}

export interface FilesLimits {
  /** Rows of one page of a folder. */
  readonly rowsPerPage: number
  /** Wrong spoken addresses a minute, from one network address and from all. */
  readonly shortMissesPerAddress: number
  readonly shortMisses: number
}
