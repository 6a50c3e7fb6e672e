import type { ContractRouterClient } from '@orpc/contract'
import type { Contract } from '../../../src/contract/index.ts'

/** What the page may ask of the core: the contract, whichever link carries it. */
export type CoreClient = ContractRouterClient<Contract>
