import { setFlagsFromString } from 'node:v8'
import { MAY_CHANGE_FLAGS } from './v8-flags.ts'

/**
 * Work during which V8 compiles each function the first time it runs, by its quick compiler, instead of interpreting it until it
 * was called often. That is worth it for code that is run now because it will be needed.
 */
export async function compiledAtOnce<T>(work: () => Promise<T>): Promise<T> {
  if (!MAY_CHANGE_FLAGS) return work()
  setFlagsFromString('--always-sparkplug')
  try {
    return await work()
  } finally {
    setFlagsFromString('--no-always-sparkplug')
  }
}
