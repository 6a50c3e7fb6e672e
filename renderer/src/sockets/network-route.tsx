import type { ReactNode } from 'react'
import { NetworkPage } from '../network/network-page.tsx'
import { NotFoundPage } from '../shell/other-pages.tsx'
import { ConnectionsPage } from './connections/connections-page.tsx'
import { LabPage } from './lab/lab-page.tsx'
import { SegmentsPage } from './segments/segments-page.tsx'

/** `#/network` and what lies below it. */
export function NetworkRoute({ rest }: { rest: string | undefined }): ReactNode {
  if (rest === undefined) return <NetworkPage />
  if (rest === 'lab') return <LabPage />
  if (rest === 'segments') return <SegmentsPage />
  if (rest === 'connections') return <ConnectionsPage />
  return <NotFoundPage />
}
