import { useCallback, useEffect, useRef, useState } from 'react'
import type { z } from 'zod'
import type { entrySchema } from '../../../../src/contract/index.ts'
import { useClient } from '../../core/context.tsx'
import { PAGE_SIZE, pagesToFetch } from './pages.ts'

export type EntryView = z.infer<typeof entrySchema>

export interface Entries {
  /** Files and empty folders; undefined until the core knows the list. */
  readonly total: number | undefined
  get(index: number): EntryView | undefined
  /** Fetches what is missing of the rows in view. */
  want(first: number, last: number): void
}

/** The list of files, page by page as it is looked at: twenty thousand names are never here at once unless scrolled through. */
export function useEntries(id: string, known: boolean): Entries {
  const client = useClient()
  const [pages, setPages] = useState<ReadonlyMap<number, readonly EntryView[]>>(new Map())
  const [total, setTotal] = useState<number | undefined>()
  const asked = useRef(new Set<number>())

  const fetchPage = useCallback(
    async (page: number) => {
      asked.current.add(page)
      try {
        const answer = await client.shares.entries({ id, offset: page * PAGE_SIZE, limit: PAGE_SIZE })
        setTotal(answer.total)
        setPages((before) => new Map(before).set(page, answer.entries))
      } catch {
        // Scrolling there again asks again.
        asked.current.delete(page)
      }
    },
    [client, id],
  )
  useEffect(() => {
    if (known && !asked.current.has(0)) void fetchPage(0)
  }, [known, fetchPage])
  const want = useCallback(
    (first: number, last: number) => {
      for (const page of pagesToFetch(first, last, total ?? 0, asked.current)) void fetchPage(page)
    },
    [fetchPage, total],
  )
  return {
    total,
    get: (index) => pages.get(Math.floor(index / PAGE_SIZE))?.[index % PAGE_SIZE],
    want,
  }
}
