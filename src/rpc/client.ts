import { createORPCClient, mapEventIterator } from '@orpc/client'
import { StandardRPCLink } from '@orpc/client/standard'
import type { AnyContractRouter, ContractRouterClient } from '@orpc/contract'
import type { Caller } from './client-link.ts'
import { fromWireError } from './problem.ts'

/** A typed client of contract `C` over a link. Its calls and iterators reject with ShoalErrors, or the caller's own abort. */
export function createClient<C extends AnyContractRouter>(caller: Caller): ContractRouterClient<C> {
  const link = new StandardRPCLink(caller, {
    url: 'http://orpc',
    interceptors: [({ next }) => translateErrors(next)],
  })
  return createORPCClient(link)
}

async function translateErrors(next: () => Promise<unknown>): Promise<unknown> {
  try {
    const output = await next()
    if (!isIterator(output)) return output
    return mapEventIterator(output, {
      value: async (value) => value,
      error: async (error) => fromWireError(error),
    })
  } catch (error) {
    throw fromWireError(error)
  }
}

function isIterator(value: unknown): value is AsyncIterator<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value
}
