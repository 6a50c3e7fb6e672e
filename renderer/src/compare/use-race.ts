import { useEffect, useState } from 'react'
import { useAppState, useClient } from '../core/context.tsx'
import { afterEvent, type RaceState } from './model/race-state.ts'

/** The race going on, or the last one; begins again by itself after a lost connection. */
export function useRace(): RaceState {
  const client = useClient()
  const live = useAppState((state) => state.is === 'live')
  const [race, setRace] = useState<RaceState>({ is: 'unknown' })
  useEffect(() => {
    if (!live) return
    const stop = new AbortController()
    void follow(stop.signal)
    return () => stop.abort()

    async function follow(signal: AbortSignal): Promise<void> {
      try {
        for await (const event of await client.compare.watch(undefined, { signal }))
          setRace((state) => afterEvent(state, event))
      } catch {
        // The link broke: the store says so, and this begins again when it is back.
      }
    }
  }, [client, live])
  return race
}
