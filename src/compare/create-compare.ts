import { systemClock, systemRandom, type Logger } from '../base/index.ts'
import { Compare } from './compare.ts'
import { forkRacer } from './race/fork-racer.ts'
import type { SpawnRacer } from './race/spawn-racer.ts'
import { Laptops, type LaptopsCore } from './laptops/laptops.ts'
import { Deliveries } from './deliveries/index.ts'
import { Lookups } from './lookups/index.ts'
import { createCompareRouter } from './router.ts'

/** The room that compares, above a core. */
export interface Comparing {
  readonly router: ReturnType<typeof createCompareRouter>
  /** To be called once the core runs. */
  start(): Promise<void>
  stop(): Promise<void>
}

export function createComparing(
  core: LaptopsCore,
  options: { home: string; version: string; log: Logger; spawnRacer?: SpawnRacer | undefined },
): Comparing {
  const common = { clock: systemClock, random: systemRandom, log: options.log.child('compare') }
  const spawn = options.spawnRacer ?? forkRacer
  const laptops = new Laptops({ core, spawn, ...common })
  const compare = new Compare({ ...options, ...common, spawn, laptops })
  return {
    router: createCompareRouter(compare, new Deliveries(common.log), new Lookups({ ...options, ...common })),
    start: () => laptops.start(),
    stop: async () => {
      await compare.stop()
      await laptops.stop()
    },
  }
}
