import { useCallback, useState } from 'react'
import { useClient, useHost, useServices } from '../core/context.tsx'
import { useAct } from '../ui/use-act.ts'
import { entriesOfDrop, itemsOfDrop, itemsOfInput } from '../upload/listing.ts'
import { planUploads, type UploadItem } from '../upload/plan.ts'
import { useUploads } from '../upload/uploads-context.tsx'

export interface Attach {
  /** Ids of the shares chosen, in the order of choosing. */
  readonly chosen: readonly string[]
  /** Files are on their way to the core and are no share yet. */
  readonly isBusy: boolean
  add(shareId: string): void
  remove(shareId: string): void
  clear(): void
  /** A native dialog; false where the page has to ask for itself. */
  pick(what: 'file' | 'folder'): boolean
  input(files: FileList): void
  drop(data: DataTransfer): void
}

/** What goes with a message: each file or folder becomes a share, seen only by whom it is offered to. */
export function useAttach(): Attach {
  const client = useClient()
  const { canPick } = useHost()
  const { platform } = useServices()
  const uploads = useUploads()
  const act = useAct()
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [busy, setBusy] = useState(0)

  const add = useCallback((id: string | undefined) => {
    if (id !== undefined) setChosen((before) => (before.includes(id) ? before : [...before, id]))
  }, [])
  const during = useCallback(async (work: () => Promise<void>) => {
    setBusy((count) => count + 1)
    await work()
    setBusy((count) => count - 1)
  }, [])
  const paths = (all: readonly string[]): Promise<void> =>
    during(async () => {
      for (const path of all) add((await act(() => client.shares.add({ path, openly: false })))?.id)
    })
  const handOver = (items: UploadItem[] | undefined): Promise<void> =>
    during(async () => {
      for (const plan of planUploads(items ?? []).plans) add(await uploads.start(plan, false))
    })
  return {
    chosen,
    isBusy: busy > 0,
    add,
    remove: (id) => setChosen((before) => before.filter((other) => other !== id)),
    clear: () => setChosen([]),
    pick: (what) => {
      if (!canPick) return false
      void act(() => client.shell.pick({ what })).then((picked) => paths(picked?.paths ?? []))
      return true
    },
    input: (files) => void handOver(itemsOfInput(files)),
    drop: (data) => {
      const { pathForFile } = platform
      const dropped = pathForFile ? Array.from(data.files, (file) => pathForFile(file)).filter(Boolean) : []
      if (dropped.length > 0) return void paths(dropped)
      const entries = entriesOfDrop(data)
      void act(() => itemsOfDrop(entries)).then(handOver)
    },
  }
}
