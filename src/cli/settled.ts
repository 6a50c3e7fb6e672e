import { performance } from 'node:perf_hooks'

const WINDOW_MS = 300
/** Below this the start-up is over: code is compiled, whoever is here has been met. */
const QUIET_UTILIZATION = 0.15
const QUIET_WINDOWS = 2
/** A machine that never gets quiet is not waited for any longer. */
const MAX_WINDOWS = 40

/** Waits until this process has nothing to do any more, so that what is timed next is not its own start-up. */
export async function settled(interrupted: AbortSignal): Promise<void> {
  let quiet = 0
  for (let i = 0; i < MAX_WINDOWS && quiet < QUIET_WINDOWS && !interrupted.aborted; i++) {
    const before = performance.eventLoopUtilization()
    await new Promise((done) => setTimeout(done, WINDOW_MS))
    const { utilization } = performance.eventLoopUtilization(before)
    quiet = utilization < QUIET_UTILIZATION ? quiet + 1 : 0
  }
}
