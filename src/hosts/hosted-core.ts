import type { AnyRouter } from '@orpc/server'
import type { AbortOptions, Logger } from '../base/index.ts'
import type { SpawnRacer } from '../compare/index.ts'
import type { CoreOptions, Host } from '../contract/index.ts'

/** What a host needs of a core, whichever way it was made. */
export interface HostedCore {
  start(): Promise<void>
  stop(): Promise<void>
  /** Implements the contract. */
  readonly router: AnyRouter
  readonly uploads: {
    /** Writes one file of an upload; leaves nothing behind when it fails. */
    write(id: string, path: string, body: AsyncIterable<Uint8Array>, options?: AbortOptions): Promise<void>
  }
  readonly handouts: {
    /** A file that was made for a page, once, for its ticket. */
    take(ticket: string): { readonly name: string; readonly bytes: Uint8Array } | undefined
  }
  /** Something large is being sent or fetched. */
  readonly isBusy?: () => boolean
  /** Resolves when the core has stopped, by its host or by a call of `app.shutdown`. */
  readonly closed: Promise<void>
}

/** What the shell around a core does for it (see the shell's protocol). */
export interface HostShell {
  reveal(path: string): Promise<void>
  pick(what: 'file' | 'folder'): Promise<string[]>
  setTransferring(transferring: boolean): void
  notify(notice: { title: string; body: string }): void
}

export interface HostedCoreConfig extends CoreOptions {
  readonly home: string
  readonly host: Host
  readonly log: Logger
  readonly shell?: HostShell | undefined
  readonly defaultDownloadDir?: string | undefined
  /** How a racer's process is started where this program cannot fork itself. */
  readonly spawnRacer?: SpawnRacer | undefined
}

export type CreateCore = (config: HostedCoreConfig) => HostedCore
