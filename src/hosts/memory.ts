import type { ContractRouterClient } from '@orpc/contract'
import type { Contract } from '../contract/index.ts'
import { ClientLink, createClient, memoryTransports, type RpcServer } from '../rpc/index.ts'

export type CoreClient = ContractRouterClient<Contract>

/** A client in the core's own process, over the same link and encoding as every other. */
export function memoryClient(server: RpcServer): { client: CoreClient; close: () => void } {
  const [ours, theirs] = memoryTransports()
  server.accept(theirs, { heartbeat: 'off' })
  const link = new ClientLink(ours, { heartbeat: 'off' })
  return { client: createClient<Contract>(link), close: () => link.close() }
}
