import { performance } from 'node:perf_hooks'

const WINDOW_MS = 300
/** Below this the start-up is over: code is compiled, whoever is here has been met. */
const QUIET_UTILIZATION = 0.15
/** Neighbours ask for each other after 1 and after 2 s: longer than the pause between. */
const QUIET_WINDOWS = 6
/** A machine that never gets quiet is not waited for any longer. */
const MAX_WINDOWS = 40

/**
 * Waits until this process has nothing to do any more: its own start-up is over. False when that does
 * not come for a while, and at once when interrupted.
 */
export async function atRest(interrupted: AbortSignal): Promise<boolean> {
  let quiet = 0
  for (let i = 0; i < MAX_WINDOWS && quiet < QUIET_WINDOWS && !interrupted.aborted; i++) {
    const before = performance.eventLoopUtilization()
    await new Promise((done) => setTimeout(done, WINDOW_MS))
    const { utilization } = performance.eventLoopUtilization(before)
    quiet = utilization < QUIET_UTILIZATION ? quiet + 1 : 0
  }
  return quiet >= QUIET_WINDOWS && !interrupted.aborted
}
