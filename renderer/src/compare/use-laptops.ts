import { useEffect, useState } from 'react'
import type { RaceInvitation, RaceLaptop } from '../../../src/contract/index.ts'
import { useAppState, useClient } from '../core/context.tsx'

export interface Laptops {
  readonly laptops: readonly RaceLaptop[]
  readonly invitations: readonly RaceInvitation[]
}

/** Laptops that could race, and who asks this one to. */
export function useLaptops(): Laptops {
  const client = useClient()
  const live = useAppState((state) => state.is === 'live')
  const [laptops, setLaptops] = useState<Laptops>({ laptops: [], invitations: [] })
  useEffect(() => {
    if (!live) return
    const stop = new AbortController()
    void follow(stop.signal)
    return () => stop.abort()

    async function follow(signal: AbortSignal): Promise<void> {
      try {
        for await (const next of await client.compare.laptops(undefined, { signal })) setLaptops(next)
      } catch {
        // The link broke: the store says so, and this begins again when it is back.
      }
    }
  }, [client, live])
  return laptops
}
