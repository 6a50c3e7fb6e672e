import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createLogger, systemClock } from '../base/index.ts'
import {
  atRest,
  createCore,
  openCore,
  practise,
  STOP_DEADLINE_MS,
  VERSION,
  type HostedCoreConfig,
  type PracticeOptions,
} from '../hosts/index.ts'
import type { CommonOptions } from './arguments.ts'
import { EXIT, type CommandContext } from './command.ts'
import { keepHeapSmall } from './heap.ts'
import type { Output } from './output.ts'
import { run } from './run.ts'

/** The `shoal` command on this process's streams and signals. Resolves with the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  keepHeapSmall()
  const interrupt = new AbortController()
  const stop = (): void => interrupt.abort()
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  let unwritten: NodeJS.ErrnoException | undefined
  // Whoever read our lines has gone (`| head`): nobody is left to work for.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    unwritten = error
    stop()
  })
  process.stderr.on('error', () => {})
  interrupt.signal.addEventListener('abort', endInTime, { once: true })
  const context: CommandContext = {
    streams: process,
    cwd: process.cwd(),
    interrupted: interrupt.signal,
    prepared: (home, output) => prepare({ home, log: createLogger(output.log), signal: interrupt.signal }),
    openCore: (common, output, { stays } = { stays: false }) =>
      openCore({
        config: coreConfig(common, output),
        createCore,
        practises: stays,
        signal: interrupt.signal,
      }),
    serve: (common, output) =>
      openCore({
        config: coreConfig(common, output),
        createCore,
        rendererDir: rendererDir(),
        practises: true,
        signal: interrupt.signal,
      }),
  }
  const code = await run(argv, context)
  // Somebody who has gone needs no answer; one that found no room on a disk was not given.
  if (unwritten === undefined || unwritten.code === 'EPIPE') return code
  process.stderr.write(`shoal: what there was to say could not be written: ${unwritten.message}\n`)
  return EXIT.failed
}

/** Practice first, then whoever else is here is met, so that what is timed next is neither. */
async function prepare(options: PracticeOptions): Promise<void> {
  await practise(options)
  await atRest(options.signal)
}

/** Ends the process when it cannot end in good order: told a second time, or something that is closed never answers. */
function endInTime(): void {
  const end = (): void => process.exit(EXIT.interrupted)
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
  systemClock.after(STOP_DEADLINE_MS, end)
}

function coreConfig(common: CommonOptions, output: Output): HostedCoreConfig {
  const { home, core } = common
  const kind = 'headless' as const
  return {
    ...core,
    home,
    log: createLogger(output.log),
    host: { kind, version: VERSION, platform: process.platform, home, canReveal: false, canPick: false },
    defaultDownloadDir: join(homedir(), 'Downloads', 'Shoal'),
  }
}

/** The built page beside the built command; none in a checkout that was not built. */
function rendererDir(): string | undefined {
  const dir = join(dirname(fileURLToPath(import.meta.url)), '..', 'renderer')
  return existsSync(join(dir, 'index.html')) ? dir : undefined
}
