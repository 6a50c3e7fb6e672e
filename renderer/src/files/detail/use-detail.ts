import { useCallback } from 'react'
import type { ShareDetail } from '../../../../src/contract/index.ts'
import type { CoreClient } from '../../core/client.ts'
import { useFollowed } from '../../core/use-followed.ts'

/** The moving picture of one share while someone looks. */
export function useDetail(id: string): ShareDetail | undefined {
  return useFollowed<ShareDetail>(
    useCallback((client: CoreClient, signal: AbortSignal) => client.shares.detail({ id }, { signal }), [id]),
  )
}
