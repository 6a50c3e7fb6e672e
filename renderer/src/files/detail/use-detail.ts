import { useEffect, useState } from 'react'
import type { ShareDetail } from '../../../../src/contract/index.ts'
import { useAppState, useClient } from '../../core/context.tsx'

/** The moving picture of one share while someone looks. After a lost connection it begins again by itself. */
export function useDetail(id: string): ShareDetail | undefined {
  const client = useClient()
  const live = useAppState((state) => state.is === 'live')
  const [detail, setDetail] = useState<ShareDetail | undefined>()
  useEffect(() => {
    if (!live) return
    const stop = new AbortController()
    void follow(stop.signal)
    return () => stop.abort()

    async function follow(signal: AbortSignal): Promise<void> {
      try {
        for await (const next of await client.shares.detail({ id }, { signal })) setDetail(next)
      } catch {
        // Removed, or the link broke: the store says which, and the page with it.
      }
    }
  }, [client, id, live])
  return detail
}
