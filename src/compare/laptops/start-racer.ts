import { RacerProcess, RacerThread } from '../race/processes.ts'
import type { RacerOptions } from '../race/messages.ts'
import type { Racer } from '../race/racer-base.ts'

/** This laptop's own racer: a process where one can be started, else a thread. Nothing is shaped, so both do. */
export async function startRacer(id: string, options: RacerOptions, signal: AbortSignal): Promise<Racer> {
  const isInstalledApp = process.versions['electron'] !== undefined
  const racer = isInstalledApp ? new RacerThread(id, options) : new RacerProcess(id, options)
  try {
    await racer.next('started', { signal })
    return racer
  } catch (error) {
    await racer.end()
    throw error
  }
}
