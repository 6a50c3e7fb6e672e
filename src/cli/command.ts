import type { ContractRouterClient } from '@orpc/contract'
import type { Contract } from '../contract/index.ts'
import type { CommonOptions } from './arguments.ts'
import type { Output, OutputStreams } from './output.ts'

export type Client = ContractRouterClient<Contract>

/** A core to ask: the one running on the home, or one started for as long as the command needs. */
export interface OpenedCore {
  readonly client: Client
  /** True when the core was started for this command. */
  readonly owned: boolean
  close(): Promise<void>
}

/** What a command is given besides its arguments; tests replace all of it. */
export interface CommandContext {
  readonly streams: OutputStreams & { stdin: AsyncIterable<Uint8Array | string> }
  readonly cwd: string
  /** Fires on SIGINT and SIGTERM. */
  readonly interrupted: AbortSignal
  /** Resolves once this process has practised what it will be timed at, and has come to rest. */
  prepared(home: string, output: Output): Promise<void>
  /** `stays`: it serves until it is interrupted. */
  openCore(common: CommonOptions, output: Output, use?: { stays: boolean }): Promise<OpenedCore>
  /** Serves the app without a window; resolves once it can be reached. */
  serve(
    common: CommonOptions,
    output: Output,
  ): Promise<{ url: string; closed: Promise<void>; close(): Promise<void> }>
}

/** Exit codes: 0 done, 1 failed, 2 bad usage, 130 interrupted. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const

export type Command = (argv: readonly string[], context: CommandContext) => Promise<number>
