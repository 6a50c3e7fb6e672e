import { createContext, useContext, type ReactNode } from 'react'
import type { MessagesOverview, Person } from '../../../src/contract/index.ts'
import { useFollowed, type Watch } from '../core/use-followed.ts'

const Overview = createContext<MessagesOverview | undefined>(undefined)

/** Follows people, rounds and what is unread for as long as the page lives: the navigation shows it on every page. */
export function MessagesProvider({ children }: { children: ReactNode }): ReactNode {
  return <Overview value={useFollowed(watchMessages)}>{children}</Overview>
}

const watchMessages: Watch<MessagesOverview> = (client, signal) =>
  client.messages.watch(undefined, { signal })

/** Undefined before the core has told. */
export function useOverview(): MessagesOverview | undefined {
  return useContext(Overview)
}

export function usePerson(peerId: string): Person | undefined {
  return useOverview()?.people.find((person) => person.peerId === peerId)
}
