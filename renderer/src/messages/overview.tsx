import { createContext, useContext, useEffect, useState, type ReactNode } from 'react'
import type { MessagesOverview, Person } from '../../../src/contract/index.ts'
import { useAppState, useClient } from '../core/context.tsx'

const Overview = createContext<MessagesOverview | undefined>(undefined)

/** Follows people, rounds and what is unread for as long as the page lives: the navigation shows it on every page. */
export function MessagesProvider({ children }: { children: ReactNode }): ReactNode {
  const client = useClient()
  const isLive = useAppState((state) => state.is === 'live')
  const [overview, setOverview] = useState<MessagesOverview | undefined>()
  useEffect(() => {
    if (!isLive) return
    const stop = new AbortController()
    void follow(stop.signal)
    return () => stop.abort()

    async function follow(signal: AbortSignal): Promise<void> {
      try {
        for await (const next of await client.messages.watch(undefined, { signal })) setOverview(next)
      } catch {
        // The link broke: the store says so, and this begins again with the next one.
      }
    }
  }, [client, isLive])
  return <Overview value={overview}>{children}</Overview>
}

/** Undefined before the core has told. */
export function useOverview(): MessagesOverview | undefined {
  return useContext(Overview)
}

export function usePerson(peerId: string): Person | undefined {
  return useOverview()?.people.find((person) => person.peerId === peerId)
}
