import { useCallback, useEffect, useState } from 'react'
import type { RaceResult, RaceSummary } from '../../../src/contract/index.ts'
import { useAppState, useClient } from '../core/context.tsx'
import { useAct } from '../ui/use-act.ts'

export interface SavedResults {
  readonly list: readonly RaceSummary[]
  reload(): void
}

/** Saved results, newest first; asked for again when a race has ended. */
export function useResults(endedRace: string | undefined): SavedResults {
  const client = useClient()
  const live = useAppState((state) => state.is === 'live')
  const [list, setList] = useState<readonly RaceSummary[]>([])
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    if (!live) return
    let isCurrent = true
    client.compare.results().then(
      (found) => isCurrent && setList(found),
      () => {},
    )
    return () => void (isCurrent = false)
  }, [client, live, endedRace, turn])
  return { list, reload: useCallback(() => setTurn((n) => n + 1), []) }
}

/** One saved result, once it is loaded. */
export function useResult(id: string | undefined): RaceResult | undefined {
  const client = useClient()
  const act = useAct()
  const [result, setResult] = useState<RaceResult | undefined>()
  useEffect(() => {
    let isCurrent = true
    setResult(undefined)
    if (id === undefined) return
    void act(() => client.compare.load({ id })).then((found) => isCurrent && setResult(found))
    return () => void (isCurrent = false)
  }, [act, client, id])
  return result
}
