import { implement } from '@orpc/server'
import { compareContract } from '../contract/index.ts'
import type { Compare } from './compare.ts'
import type { Deliveries } from './deliveries/index.ts'
import type { Lookups } from './lookups/index.ts'

/** The part of the contract that compares. Errors thrown are ShoalErrors; the link gives them their form on the wire. */
export function createCompareRouter(compare: Compare, deliveries: Deliveries, lookups: Lookups) {
  const api = implement(compareContract)
  return api.router({
    start: api.start.handler(async ({ input }) => ({ raceId: await compare.start(input) })),
    startLaptops: api.startLaptops.handler(({ input }) => ({ raceId: compare.startLaptops(input) })),
    watch: api.watch.handler(({ signal }) => compare.watch(signal)),
    cancel: api.cancel.handler(() => compare.cancel()),
    laptops: api.laptops.handler(({ signal }) => compare.watchLaptops(signal)),
    answer: api.answer.handler(({ input }) => compare.answer(input.id, input.accept)),
    results: api.results.handler(() => compare.results()),
    load: api.load.handler(({ input }) => compare.load(input.id)),
    import: api.import.handler(async ({ input }) => ({ id: await compare.import(input.json) })),
    remove: api.remove.handler(({ input }) => compare.remove(input.id)),
    deliveries: {
      compare: api.deliveries.compare.handler(({ input, signal }) => deliveries.compare(input, signal)),
    },
    lookups: {
      compare: api.lookups.compare.handler(({ input, signal }) => lookups.compare(input, signal)),
      results: api.lookups.results.handler(() => lookups.results()),
      load: api.lookups.load.handler(({ input }) => lookups.load(input.id)),
      remove: api.lookups.remove.handler(({ input }) => lookups.remove(input.id)),
      import: api.lookups.import.handler(async ({ input }) => ({ id: await lookups.import(input.json) })),
      export: api.lookups.export.handler(({ input }) => lookups.export(input.id, input.format)),
    },
    export: api.export.handler(({ input }) => compare.export(input.id, input.format, input.language)),
  })
}
