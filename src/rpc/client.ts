import { createORPCClient } from '@orpc/client'
import { StandardRPCLink } from '@orpc/client/standard'
import type { AnyContractRouter, ContractRouterClient } from '@orpc/contract'
import type { Caller } from './client-link.ts'
import { fromWireError } from './problem.ts'
import { translateErrors } from './translate-errors.ts'

/** A typed client of contract `C` over a link. Its calls and iterators reject with ShoalErrors, or the caller's own abort. */
export function createClient<C extends AnyContractRouter>(caller: Caller): ContractRouterClient<C> {
  const link = new StandardRPCLink(caller, {
    url: 'http://orpc',
    interceptors: [(call) => translateErrors(() => call.next(), fromWireError)],
  })
  return createORPCClient(link)
}
