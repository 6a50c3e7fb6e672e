import type { RaceInvitation, RaceLaptop } from '../../../src/contract/index.ts'
import { useFollowed, type Watch } from '../core/use-followed.ts'

export interface Laptops {
  readonly laptops: readonly RaceLaptop[]
  readonly invitations: readonly RaceInvitation[]
}

const NONE: Laptops = { laptops: [], invitations: [] }

/** Laptops that could race, and who asks this one to. */
export function useLaptops(): Laptops {
  return useFollowed(watchLaptops) ?? NONE
}

const watchLaptops: Watch<Laptops> = (client, signal) => client.compare.laptops(undefined, { signal })
