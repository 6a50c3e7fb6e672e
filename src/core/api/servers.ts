import { implement } from '@orpc/server'
import { contract } from '../../contract/index.ts'
import type { Servers } from '../servers/index.ts'

/** The servers' part of the contract. */
export function serversRouter(core: { readonly servers: Servers }) {
  const api = implement(contract).servers
  return api.router({
    watch: api.watch.handler(({ signal }) => core.servers.watch(signal)),
    start: api.start.handler(({ input }) => core.servers.start(input)),
    stop: api.stop.handler(({ input }) => core.servers.stop(input.roles, input.keep)),
  })
}
