import type { ComponentLogger, Logger } from '@libp2p/interface'
import { defaultLogger } from '@libp2p/logger'

const nothing = (): void => {}
const SILENT: Logger = Object.assign(nothing, {
  error: nothing,
  trace: nothing,
  enabled: false,
  newScope: (): Logger => SILENT,
})

/**
 * The library makes three loggers for each connection, stream and negotiation, and each asks the system whether it writes to a
 * terminal. Unless `DEBUG` names something to be told, one that says nothing does for all of them.
 */
export function libp2pLogger(env: NodeJS.ProcessEnv = process.env): ComponentLogger {
  return env['DEBUG'] ? defaultLogger() : { forComponent: () => SILENT }
}
