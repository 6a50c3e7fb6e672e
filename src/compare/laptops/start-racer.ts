import type { RacerOptions } from '../race/messages.ts'
import type { Racer } from '../race/racer-base.ts'
import { RacerProcess } from '../race/racer-process.ts'
import type { SpawnRacer } from '../race/spawn-racer.ts'

/** This laptop's own racer, once it is there. */
export async function startRacer(
  id: string,
  { dir, spawn, signal }: { dir: string; spawn: SpawnRacer; signal: AbortSignal },
): Promise<Racer> {
  const options: RacerOptions = { dir, sharesAir: false }
  const racer = new RacerProcess(id, options, spawn)
  try {
    await racer.next('started', { signal })
    return racer
  } catch (error) {
    await racer.end()
    throw error
  }
}
