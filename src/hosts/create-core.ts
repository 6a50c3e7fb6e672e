import { createComparing } from '../compare/index.ts'
import { createCore as createCoreAlone } from '../core/index.ts'
import type { CreateCore } from './hosted-core.ts'

/** A core, and the room above it that compares: one contract for who asks. Both end together. */
export const createCore: CreateCore = (config) => {
  const core = createCoreAlone(config)
  const { home, log, host, spawnRacer } = config
  const comparing = createComparing(core, { home, version: host.version, log, spawnRacer })
  return {
    start: async () => {
      await core.start()
      await comparing.start()
    },
    stop: async () => {
      await comparing.stop()
      await core.stop()
    },
    router: { ...core.router, compare: comparing.router },
    uploads: core.uploads,
    handouts: core.handouts,
    isBusy: () => core.shares.isTransferring,
    // A call of `app.shutdown` stops the core alone: a race must not outlive it.
    closed: core.closed.then(() => comparing.stop()),
  }
}
