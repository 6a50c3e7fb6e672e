import { useEffect, useState } from 'react'
import type { ServersView } from '../../../../src/contract/index.ts'
import { useAppState, useClient } from '../../core/context.tsx'

/** What the servers of this laptop are doing, kept current while somebody looks. */
export function useServers(): ServersView | undefined {
  const client = useClient()
  const live = useAppState((state) => state.is === 'live')
  const [view, setView] = useState<ServersView | undefined>()
  useEffect(() => {
    if (!live) return
    const stop = new AbortController()
    void follow(stop.signal)
    return () => stop.abort()

    async function follow(signal: AbortSignal): Promise<void> {
      try {
        for await (const next of await client.servers.watch(undefined, { signal })) setView(next)
      } catch {
        // The link broke: the store says so, and this begins again when it is back.
      }
    }
  }, [client, live])
  return view
}
