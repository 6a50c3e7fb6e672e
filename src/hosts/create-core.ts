import { systemClock, systemRandom } from '../base/index.ts'
import { Compare, createCompareRouter } from '../compare/index.ts'
import { createCore as createCoreAlone } from '../core/index.ts'
import type { CreateCore } from './hosted-core.ts'

/** A core, and the room above it that compares: one contract for who asks. Both end together. */
export const createCore: CreateCore = (config) => {
  const core = createCoreAlone(config)
  const compare = new Compare({
    home: config.home,
    version: config.host.version,
    clock: systemClock,
    random: systemRandom,
    log: config.log.child('compare'),
  })
  return {
    start: () => core.start(),
    stop: async () => {
      await compare.stop()
      await core.stop()
    },
    router: { ...core.router, compare: createCompareRouter(compare) },
    uploads: core.uploads,
    // A call of `app.shutdown` stops the core alone: a race must not outlive it.
    closed: core.closed.then(() => compare.stop()),
  }
}
