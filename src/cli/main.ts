import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createLogger } from '../base/index.ts'
import { createCore, openCore, startCore, VERSION, type HostedCoreConfig } from '../hosts/index.ts'
import type { CommonOptions } from './arguments.ts'
import type { CommandContext } from './command.ts'
import type { Output } from './output.ts'
import { run } from './run.ts'

/** The `shoal` command on this process's streams and signals. Resolves with the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const interrupt = new AbortController()
  const stop = (): void => interrupt.abort()
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  const context: CommandContext = {
    streams: process,
    cwd: process.cwd(),
    interrupted: interrupt.signal,
    openCore: (common, output) =>
      openCore({ config: coreConfig(common, output), createCore, signal: interrupt.signal }),
    serve: async (common, output) => {
      const running = await startCore({
        config: coreConfig(common, output),
        createCore,
        rendererDir: rendererDir(),
      })
      return { url: running.host.url, closed: running.core.closed, close: () => running.stop() }
    },
  }
  return run(argv, context)
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
