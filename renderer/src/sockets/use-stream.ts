import { useEffect, useState } from 'react'
import { problemOf } from '../core/problem.ts'
import type { Problem } from '../../../src/contract/index.ts'

/** The link is back within seconds when it breaks; what cannot be had is asked for no more often. */
const RETRY_MS = 2_000

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
      while (!stop.signal.aborted) {
        try {
          for await (const value of await watch(stop.signal)) {
            if (stop.signal.aborted) return
            setState({ is: 'live', value })
          }
        } catch (error) {
          if (!stop.signal.aborted) setState({ is: 'failed', problem: problemOf(error) })
        }
        await pause(stop.signal)
      }
    }
    void follow()
    return () => stop.abort()
  }, [watch])
  return state
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, RETRY_MS)
    const stop = (): void => {
      clearTimeout(timer)
      resolve()
    }
    signal.addEventListener('abort', stop, { once: true })
  })
}
