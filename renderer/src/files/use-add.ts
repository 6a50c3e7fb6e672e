import { notifications } from '@mantine/notifications'
import { useCallback } from 'react'
import { useClient, useServices } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { useAct } from '../ui/use-act.ts'
import { entriesOfDrop, itemsOfDrop, itemsOfInput } from '../upload/listing.ts'
import { planUploads, type UploadItem } from '../upload/plan.ts'
import { useUploads } from '../upload/uploads-context.tsx'

export interface Add {
  /** Shares paths of this laptop in place. */
  paths(paths: readonly string[]): Promise<void>
  /** Files of an `<input>`, handed over. */
  input(files: FileList): Promise<void>
  /** Whatever was dropped: paths where the shell gives them, else handed over. Call it within the event. */
  drop(data: DataTransfer): Promise<void>
}

/** The three ways in which something becomes a share. */
export function useAdd(openly: boolean): Add {
  const client = useClient()
  const { platform } = useServices()
  const uploads = useUploads()
  const act = useAct()
  const { t } = useText()

  const paths = useCallback(
    async (all: readonly string[]) => {
      for (const path of all) await act(() => client.shares.add({ path, openly }))
    },
    [act, client, openly],
  )
  const handOver = useCallback(
    async (items: UploadItem[] | undefined) => {
      if (!items) return
      const { plans, leftOut } = planUploads(items)
      const warn = (title: string, message: string): void => {
        notifications.show({
          title,
          message,
          color: 'orange',
          closeButtonProps: { 'aria-label': t('app.close') },
        })
      }
      if (items.length === 0) warn('', t('files.cannotReadDrop'))
      if (leftOut.length > 0) {
        const names = leftOut.slice(0, 3).join(', ')
        warn(t('share.leftOut', { count: leftOut.length }), t('share.leftOutExamples', { names }))
      }
      await Promise.all(plans.map((plan) => uploads.start(plan, openly)))
    },
    [uploads, openly, t],
  )
  return {
    paths,
    input: (files) => handOver(itemsOfInput(files)),
    drop: async (data) => {
      const { pathForFile } = platform
      const dropped = pathForFile ? Array.from(data.files, (file) => pathForFile(file)).filter(Boolean) : []
      if (dropped.length > 0) return paths(dropped)
      const entries = entriesOfDrop(data)
      return handOver(await act(() => itemsOfDrop(entries)))
    },
  }
}
