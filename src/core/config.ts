import type { Clock, Logger, Random } from '../base/index.ts'
import type { CoreOptions, Host } from '../contract/index.ts'

/** What the shell around the core (Electron) does for it; a host without one says so through `Host`. */
export interface Shell {
  /** Shows a file or folder in the system's file manager. */
  reveal(path: string): Promise<void>
  /** A native dialog; empty when cancelled. */
  pick(what: 'file' | 'folder'): Promise<string[]>
  /** Called when the answer to "is anything being transferred?" changes: keeps the machine awake, guards quitting. */
  setTransferring?(transferring: boolean): void
  notify?(notice: { title: string; body: string }): void
}

/** One core: a home, the host it runs in, and the options that hold for all of it. */
export interface CoreConfig extends CoreOptions {
  readonly home: string
  readonly host: Host
  readonly log: Logger
  readonly shell?: Shell | undefined
  readonly clock?: Clock | undefined
  readonly random?: Random | undefined
  /** Where downloads go until a person chooses. */
  readonly defaultDownloadDir?: string | undefined
}
