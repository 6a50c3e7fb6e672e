import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { useClient, useHost } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { useAct } from '../ui/use-act.ts'
import { TextField } from './text-field.tsx'

/** As long as the core takes. */
const MAX_PATH = 4096

/** Where downloads go: typed, and chosen where the host has a dialog. */
export function FolderField({
  value,
  save,
}: {
  value: string
  save: (path: string) => Promise<boolean>
}): ReactNode {
  const { t } = useText()
  const client = useClient()
  const { canPick } = useHost()
  const act = useAct()
  const choose = async (): Promise<void> => {
    const picked = await act(() => client.shell.pick({ what: 'folder' }))
    const path = picked?.paths[0]
    if (path !== undefined) await save(path)
  }
  return (
    <>
      <TextField
        label={t('settings.folder')}
        value={value}
        maxLength={MAX_PATH}
        width={300}
        check={(text) => (text === '' ? t('settings.folderBad') : undefined)}
        save={save}
      />
      {canPick && (
        <Button variant="default" onClick={() => void choose()}>
          {t('settings.folderChoose')}
        </Button>
      )}
    </>
  )
}
