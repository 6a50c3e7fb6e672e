import { homedir, hostname } from 'node:os'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { errorMessage, ShoalError, type Logger } from '../base/index.ts'
import { settingsSchema, type CoreOptions, type Settings } from '../contract/index.ts'
import { readFileIfThere, writeFileAtomic } from '../store/small-file.ts'

/** Version of the file; one function below upgrades from each earlier one. */
const SETTINGS_VERSION = 1

const FILE = 'settings.json'

/** Some settings; what is undefined stays. */
export type SettingsChange = { readonly [key in keyof Settings]?: Settings[key] | undefined }

/** What a person may set, kept in `<home>/settings.json`. */
export class SettingsFile {
  readonly #path: string
  readonly #log: Logger
  #settings: Settings

  private constructor(path: string, settings: Settings, log: Logger) {
    this.#path = path
    this.#settings = settings
    this.#log = log
  }

  /** Reads the settings; a file that cannot be understood is kept aside and reported, and the defaults hold. */
  static async open(home: string, log: Logger, defaults: Partial<Settings> = {}): Promise<SettingsFile> {
    const path = join(home, FILE)
    const fallback = { ...defaultSettings(), ...defaults }
    const text = await readFileIfThere(path)
    if (text === undefined) return new SettingsFile(path, fallback, log)
    try {
      return new SettingsFile(path, parseSettings(text, fallback), log)
    } catch (error) {
      const aside = `${path}.unreadable-${Date.now()}`
      await rename(path, aside)
      log.warn('the settings could not be read; they are kept aside and the defaults hold', {
        aside,
        why: errorMessage(error),
      })
      return new SettingsFile(path, fallback, log)
    }
  }

  get current(): Settings {
    return this.#settings
  }

  /** Changes some settings; throws `bad-setting` and changes nothing when a value is not allowed. */
  async update(change: SettingsChange): Promise<Settings> {
    const given = Object.entries(change).filter(([, value]) => value !== undefined)
    const next = settingsSchema.safeParse({ ...this.#settings, ...Object.fromEntries(given) })
    if (!next.success)
      throw new ShoalError('bad-setting', next.error.issues[0]?.message ?? 'not a valid setting')
    await writeFileAtomic(this.#path, JSON.stringify({ version: SETTINGS_VERSION, ...next.data }, null, 2))
    this.#settings = next.data
    this.#log.debug('settings saved')
    return next.data
  }
}

/** The settings with what the command line said in their place. */
export function inForce(settings: Settings, said: CoreOptions): Settings {
  return {
    ...settings,
    name: said.name ?? settings.name,
    limitUp: said.limitUp ?? settings.limitUp,
    limitDown: said.limitDown ?? settings.limitDown,
  }
}

/** People speak of bits per second, buckets of bytes. */
export function bytesPerSecond(settings: Settings): { up: number; down: number } {
  return { up: settings.limitUp / 8, down: settings.limitDown / 8 }
}

function defaultSettings(): Settings {
  return {
    name: hostname().slice(0, 64) || 'laptop',
    downloadDir: join(homedir(), 'Downloads', 'Shoal'),
    limitUp: 0,
    limitDown: 0,
    excludedInterfaces: [],
    otherNames: false,
    visible: true,
    theme: 'system',
    language: 'system',
  }
}

/** Text of a settings file as settings: missing keys take their default, a single bad value does not lose the others. */
function parseSettings(text: string, fallback: Settings): Settings {
  const raw = JSON.parse(text) as Record<string, unknown> | null
  if (raw === null || typeof raw !== 'object' || Array.isArray(raw)) throw new Error('not an object')
  if (typeof raw['version'] !== 'number' || raw['version'] > SETTINGS_VERSION) {
    throw new Error(`version ${String(raw['version'])} is not known`)
  }
  const kept: Record<string, unknown> = { ...fallback }
  for (const [key, schema] of Object.entries(settingsSchema.shape)) {
    const value = schema.safeParse(raw[key])
    if (value.success) kept[key] = value.data
  }
  return settingsSchema.parse(kept)
}
