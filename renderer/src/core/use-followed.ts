import { useEffect, useState, type Dispatch, type SetStateAction } from 'react'
import type { CoreClient } from './client.ts'
import { useAppState, useClient } from './context.tsx'
import { follow } from './follow.ts'

/** Opens a stream of the core's. Must stay the same function for as long as the same stream is meant. */
export type Watch<T> = (client: CoreClient, signal: AbortSignal) => Promise<AsyncIterable<T>>

/** The latest of a stream of the core's while somebody looks; begins again with each connection. */
export function useFollowed<T>(watch: Watch<T>): T | undefined {
  return useFolded<T, T | undefined>(watch, latest, undefined)[0]
}

/** As `useFollowed`, for streams of changes: what `fold` makes of them, beginning with `first`; and a way to change that from here. */
export function useFolded<T, S>(
  watch: Watch<T>,
  fold: (before: S, next: T) => S,
  first: S,
): [S, Dispatch<SetStateAction<S>>] {
  const client = useClient()
  const isLive = useAppState((state) => state.is === 'live')
  const [folded, setFolded] = useState<S>(() => first)
  useEffect(() => {
    if (!isLive) return
    const stop = new AbortController()
    follow(
      (signal) => watch(client, signal),
      stop.signal,
      (next) => setFolded((before) => fold(before, next)),
    ).catch(() => {
      // What was followed was removed, or the link broke: the store says which, and this begins again with the next one.
    })
    return () => stop.abort()
  }, [client, watch, fold, isLive])
  return [folded, setFolded]
}

function latest<T>(_before: T | undefined, next: T): T {
  return next
}
