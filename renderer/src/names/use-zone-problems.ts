import { useEffect, useState } from 'react'
import type { Problem, ZoneProblemView } from '../../../src/contract/index.ts'
import { problemOf } from '../core/problem.ts'
import { useClient } from '../core/context.tsx'

export type Checked =
  | { readonly is: 'unknown' }
  | { readonly is: 'good' }
  | { readonly is: 'bad'; readonly problems: readonly ZoneProblemView[] }

/** After the last key, so that half a word is not called wrong. */
const CHECK_AFTER_MS = 350

/** What the core says of a zone as it is being typed. */
export function useZoneProblems(origin: string, text: string | undefined): Checked {
  const client = useClient()
  const [checked, setChecked] = useState<Checked>({ is: 'unknown' })
  useEffect(() => {
    setChecked({ is: 'unknown' })
    if (text === undefined || origin === '') return
    const stop = new AbortController()
    const timer = setTimeout(() => void check(origin, text), CHECK_AFTER_MS)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }

    async function check(zone: string, file: string): Promise<void> {
      try {
        const { problems } = await client.names.checkZone(
          { origin: zone, text: file },
          { signal: stop.signal },
        )
        if (!stop.signal.aborted) setChecked(problems.length === 0 ? { is: 'good' } : { is: 'bad', problems })
      } catch (error) {
        if (!stop.signal.aborted) setChecked({ is: 'bad', problems: [unreadable(problemOf(error))] })
      }
    }
  }, [client, origin, text])
  return checked
}

/** The zone's own name is wrong, or it is too much to be asked about. */
function unreadable({ code, message }: Problem): ZoneProblemView {
  const isName = code === 'bad-domain-name'
  return { line: 0, code: isName ? 'bad-name' : 'bad-data', data: { text: message }, problem: message }
}
