import { useEffect, useState } from 'react'
import { problemOf } from '../core/problem.ts'
import type { Problem } from '../../../src/contract/index.ts'

export type Streamed<T> =
  | { readonly is: 'waiting' }
  | { readonly is: 'live'; readonly value: T }
  | { readonly is: 'failed'; readonly problem: Problem }

/**
 * Follows what the core sends for as long as the component is there; another `watch` begins anew. `watch` must be the same
 * function for as long as the same thing is meant.
 */
export function useStream<T>(watch: (signal: AbortSignal) => Promise<AsyncIterable<T>>): Streamed<T> {
  const [state, setState] = useState<Streamed<T>>({ is: 'waiting' })
  useEffect(() => {
    const stop = new AbortController()
    setState({ is: 'waiting' })
    const follow = async (): Promise<void> => {
      try {
        for await (const value of await watch(stop.signal)) {
          if (stop.signal.aborted) return
          setState({ is: 'live', value })
        }
      } catch (error) {
        if (!stop.signal.aborted) setState({ is: 'failed', problem: problemOf(error) })
      }
    }
    void follow()
    return () => stop.abort()
  }, [watch])
  return state
}
