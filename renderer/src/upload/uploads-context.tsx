import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react'
import { systemClock } from '../../../src/base/clock.ts'
import { useServices } from '../core/context.tsx'
import { putFile } from './put.ts'
import { Uploads, type UploadView } from './uploads.ts'

const Context = createContext<Uploads | undefined>(undefined)

export function UploadsProvider({ children }: { children: ReactNode }): ReactNode {
  const { client, platform } = useServices()
  const [uploads] = useState(
    () => new Uploads({ client, put: putFile, token: platform.token, clock: systemClock }),
  )
  useEffect(() => warnBeforeLeaving(uploads), [uploads])
  return <Context value={uploads}>{children}</Context>
}

export function useUploads(): Uploads {
  const uploads = useContext(Context)
  if (!uploads) throw new Error('a component outside UploadsProvider')
  return uploads
}

export function useUploadViews(): readonly UploadView[] {
  const uploads = useUploads()
  return useSyncExternalStore(
    (listener) => uploads.subscribe(listener),
    () => uploads.get(),
  )
}

/** Only a hand-over needs the page to stay open; transfers run in the core. */
function warnBeforeLeaving(uploads: Uploads): () => void {
  const onLeave = (event: BeforeUnloadEvent): void => {
    if (uploads.get().some((view) => view.is === 'sending')) event.preventDefault()
  }
  window.addEventListener('beforeunload', onLeave)
  return () => window.removeEventListener('beforeunload', onLeave)
}
