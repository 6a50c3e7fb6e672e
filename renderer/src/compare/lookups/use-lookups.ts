import { useCallback, useEffect, useRef, useState } from 'react'
import type {
  LookupDoing,
  LookupPoint,
  LookupResult,
  LookupSpec,
  LookupSpecInput,
  LookupSummary,
} from '../../../../src/contract/index.ts'
import { useAppState, useClient } from '../../core/context.tsx'
import { useAct } from '../../ui/use-act.ts'

export type LookupsState =
  | { readonly is: 'none' }
  | {
      readonly is: 'running'
      readonly spec: LookupSpec | undefined
      readonly points: readonly LookupPoint[]
      readonly progress: number
      readonly doing: LookupDoing | null
    }
  | { readonly is: 'shown'; readonly result: LookupResult }

export interface Lookups {
  readonly state: LookupsState
  /** Saved results, newest first. */
  readonly saved: readonly LookupSummary[]
  start(spec: LookupSpecInput): void
  stop(): void
  show(id: string): void
  remove(id: string): void
  bring(json: string): void
}

/** A comparison of look-ups: the one going on, or a result; it ends with the page. */
export function useLookups(): Lookups {
  const client = useClient()
  const act = useAct()
  const [state, setState] = useState<LookupsState>({ is: 'none' })
  const { saved, reload } = useSaved()
  const running = useRef<AbortController | undefined>(undefined)
  useEffect(() => () => running.current?.abort(), [])

  const follow = async (spec: LookupSpecInput, signal: AbortSignal): Promise<void> => {
    for await (const update of await client.compare.lookups.compare(spec, { signal })) {
      if (update.state === 'done') setState({ is: 'shown', result: update.result })
      else setState({ ...update, is: 'running' })
    }
  }
  const show = (id: string): void =>
    void act(() => client.compare.lookups.load({ id })).then(
      (result) => result && setState({ is: 'shown', result }),
    )
  return {
    state,
    saved,
    start: (spec) => {
      const abort = new AbortController()
      running.current = abort
      setState({ is: 'running', spec: undefined, points: [], progress: 0, doing: null })
      void act(() => follow(spec, abort.signal)).then(() => {
        // Cancelled or failed: there is no result.
        setState((now) => (now.is === 'running' ? { is: 'none' } : now))
        reload()
      })
    },
    stop: () => running.current?.abort(),
    show,
    remove: (id) =>
      void act(() => client.compare.lookups.remove({ id })).then(() => {
        setState((now) => (now.is === 'shown' && now.result.id === id ? { is: 'none' } : now))
        reload()
      }),
    bring: (json) =>
      void act(() => client.compare.lookups.import({ json })).then((made) => {
        if (made) show(made.id)
        reload()
      }),
  }
}

function useSaved(): { saved: readonly LookupSummary[]; reload: () => void } {
  const client = useClient()
  const live = useAppState((state) => state.is === 'live')
  const [saved, setSaved] = useState<readonly LookupSummary[]>([])
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    if (!live) return
    let isCurrent = true
    client.compare.lookups.results().then(
      (found) => isCurrent && setSaved(found),
      () => {},
    )
    return () => void (isCurrent = false)
  }, [client, live, turn])
  return { saved, reload: useCallback(() => setTurn((n) => n + 1), []) }
}
