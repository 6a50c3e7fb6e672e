import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { errorMessage, parseRate, ShoalError } from '../base/index.ts'
import type { CoreOptions } from '../contract/index.ts'

/** What a shell may say about the core it starts. */
export interface CoreArguments {
  home: string
  downloadDir: string | undefined
  options: CoreOptions
}

/** Reads the words a core process is started with; anything unknown is `bad-usage`. */
export function parseCoreArguments(args: readonly string[]): CoreArguments {
  const values = parseStrictly(args)
  const options: CoreOptions = {
    ...(values.name !== undefined && { name: values.name }),
    ...(values.listen && { listen: values.listen }),
    ...(values['no-mdns'] && { mdns: false }),
    ...(values['no-dht'] && { dht: false }),
    ...(values['no-lane'] && { lane: false }),
    ...(values['limit-up'] !== undefined && { limitUp: parseRate(values['limit-up']) }),
    ...(values['limit-down'] !== undefined && { limitDown: parseRate(values['limit-down']) }),
    ...(values.tracker && { trackers: values.tracker }),
  }
  return { home: resolve(values.home ?? defaultHome()), downloadDir: values['download-dir'], options }
}

/** The platform's folder for application data. */
export function defaultHome(
  env: NodeJS.ProcessEnv = process.env,
  platform: string = process.platform,
): string {
  if (platform === 'win32') return join(env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Shoal')
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Shoal')
  return join(env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'shoal')
}

function parseStrictly(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: false }).values
  } catch (error) {
    throw new ShoalError('bad-usage', errorMessage(error), { cause: error })
  }
}

const OPTIONS = {
  home: { type: 'string' },
  name: { type: 'string' },
  'download-dir': { type: 'string' },
  listen: { type: 'string', multiple: true },
  tracker: { type: 'string', multiple: true },
  'no-mdns': { type: 'boolean' },
  'no-dht': { type: 'boolean' },
  'no-lane': { type: 'boolean' },
  'limit-up': { type: 'string' },
  'limit-down': { type: 'string' },
} as const
