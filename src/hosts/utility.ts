/** What Electron's utility process runs: the core, for the shell that forked it. */
import { createLogger } from '../base/index.ts'
import { createCore } from './create-core.ts'
import { lineSink } from './log-sink.ts'
import { watchParent } from './parent-watch.ts'
import { UtilityHost, type ParentPort } from './utility-host.ts'
import { VERSION } from './version.ts'

const { parentPort } = process as unknown as { parentPort: ParentPort }

const host = new UtilityHost({
  parentPort,
  createCore,
  args: process.argv.slice(2),
  version: VERSION,
  log: createLogger(lineSink(process.stderr)),
  exit: (code) => process.exit(code),
})
watchParent({ ppid: () => process.ppid, onGone: () => void host.stop() })
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void host.stop())
await host.run()
