import { useEffect, useState } from 'react'
import type { CacheLineView, NamesView } from '../../../src/contract/index.ts'
import { useAppState, useClient } from '../core/context.tsx'

/** The tree, the resolver and what was asked lately, while someone looks. Begins again after a lost connection. */
export function useNames(): NamesView | undefined {
  const client = useClient()
  const live = useAppState((state) => state.is === 'live')
  const [view, setView] = useState<NamesView | undefined>()
  useEffect(() => {
    if (!live) return
    const stop = new AbortController()
    void follow(stop.signal)
    return () => stop.abort()

    async function follow(signal: AbortSignal): Promise<void> {
      try {
        for await (const next of await client.names.watch(undefined, { signal })) setView(next)
      } catch {
        // The link broke: the store says so, and the page with it.
      }
    }
  }, [client, live])
  return view
}

/** Lines shown: more is not read by anybody. */
export const CACHE_LINES = 200
const TICK_MS = 1_000

export interface CountedLine {
  readonly line: CacheLineView
  /** Seconds until it is forgotten. */
  readonly seconds: number
}

/** The cache, read anew when it changed, counting down in between. */
export function useCache(revision: number): readonly CountedLine[] {
  const client = useClient()
  const [read, setRead] = useState<{ at: number; lines: readonly CacheLineView[] }>({ at: 0, lines: [] })
  const [now, setNow] = useState(0)
  useEffect(() => {
    let current = true
    client.names.cache({ limit: CACHE_LINES }).then(
      (lines) => {
        if (!current) return
        const at = performance.now()
        setRead({ at, lines })
        setNow(at)
      },
      // The link broke: what is shown goes on counting, and is read again with the next change.
      () => {},
    )
    return () => void (current = false)
  }, [client, revision])
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), TICK_MS)
    return () => clearInterval(timer)
  }, [])
  return countDown(read.lines, now - read.at)
}

/** What is left of each line after so many milliseconds; what has run out is gone. */
export function countDown(lines: readonly CacheLineView[], elapsedMs: number): CountedLine[] {
  const counted = lines.map((line) => ({
    line,
    seconds: Math.ceil((line.leftMs - Math.max(0, elapsedMs)) / 1000),
  }))
  return counted.filter(({ seconds }) => seconds > 0)
}
