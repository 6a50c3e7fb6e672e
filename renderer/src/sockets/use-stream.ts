import { useEffect, useState } from 'react'
import { follow } from '../core/follow.ts'
import { problemOf } from '../core/problem.ts'
import type { Problem } from '../../../src/contract/index.ts'

/** The link is back within seconds when it breaks; what cannot be had is asked for no more often. */
const RETRY_MS = 2_000

export type Streamed<T> =
  | { readonly is: 'waiting' }
  | { readonly is: 'live'; readonly value: T }
  | { readonly is: 'failed'; readonly problem: Problem }

/**
 * Follows what the core sends for as long as the component is there, and says why when it cannot be had (`useFollowed` waits in
 * silence): what is asked for here may be refused while the link is fine. Another `watch` begins anew. `watch` must be the same
 * function for as long as the same thing is meant.
 */
export function useStream<T>(watch: (signal: AbortSignal) => Promise<AsyncIterable<T>>): Streamed<T> {
  const [state, setState] = useState<Streamed<T>>({ is: 'waiting' })
  useEffect(() => {
    const stop = new AbortController()
    setState({ is: 'waiting' })
    const followAgain = async (): Promise<void> => {
      while (!stop.signal.aborted) {
        try {
          await follow(watch, stop.signal, (value) => setState({ is: 'live', value }))
        } catch (error) {
          if (!stop.signal.aborted) setState({ is: 'failed', problem: problemOf(error) })
        }
        await pause(stop.signal)
      }
    }
    void followAgain()
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
