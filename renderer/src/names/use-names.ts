import { useEffect, useState } from 'react'
import type { CacheLineView, NamesView } from '../../../src/contract/index.ts'
import { useClient } from '../core/context.tsx'
import { useFollowed, type Watch } from '../core/use-followed.ts'

/** The tree, the resolver and what was asked lately, while someone looks. */
export function useNames(): NamesView | undefined {
  return useFollowed(watchNames)
}

const watchNames: Watch<NamesView> = (client, signal) => client.names.watch(undefined, { signal })

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
