import { implement } from '@orpc/server'
import { ShoalError } from '../base/index.ts'
import { compareContract } from '../contract/index.ts'
import type { Compare } from './compare.ts'

/** The part of the contract that compares. Errors thrown are ShoalErrors; the link gives them their form on the wire. */
export function createCompareRouter(compare: Compare) {
  const api = implement(compareContract)
  return api.router({
    start: api.start.handler(async ({ input }) => ({ raceId: await compare.start(input) })),
    startLaptops: api.startLaptops.handler(() => {
      throw new ShoalError('not-supported', 'races across laptops are not there yet')
    }),
    watch: api.watch.handler(({ signal }) => compare.watch(signal)),
    cancel: api.cancel.handler(() => compare.cancel()),
    laptops: api.laptops.handler(async function* () {
      yield { laptops: [], invitations: [] }
    }),
    answer: api.answer.handler(() => {
      throw new ShoalError('not-found', 'there is no such invitation')
    }),
    results: api.results.handler(() => compare.results()),
    load: api.load.handler(({ input }) => compare.load(input.id)),
    import: api.import.handler(async ({ input }) => ({ id: await compare.import(input.json) })),
    remove: api.remove.handler(({ input }) => compare.remove(input.id)),
    export: api.export.handler(({ input }) => compare.export(input.id, input.format, input.language)),
  })
}
