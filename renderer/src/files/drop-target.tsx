import { Button } from '@mantine/core'
import { IconFile, IconFolder, IconLink, IconUsers } from '@tabler/icons-react'
import { useRef, useState, type ReactNode } from 'react'
import { useClient, useHost } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { useAct } from '../ui/use-act.ts'
import { useAdd } from './use-add.ts'
import css from './drop-target.module.css'

/** Where things are dropped to be shared: in one to everyone nearby, in the other to holders of the link. */
export function DropTarget({ openly }: { openly: boolean }): ReactNode {
  const { t } = useText()
  const add = useAdd(openly)
  const [over, setOver] = useState(false)
  const Icon = openly ? IconUsers : IconLink
  const title = openly ? t('files.openlyTitle') : t('files.linkTitle')
  return (
    <section
      className={css.target}
      aria-label={title}
      data-over={over || undefined}
      data-openly={openly || undefined}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return
        event.preventDefault()
        event.dataTransfer.dropEffect = 'copy'
        setOver(true)
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false)
      }}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        void add.drop(event.dataTransfer)
      }}
    >
      <span className={css.icon}>
        <Icon size={20} stroke={1.7} aria-hidden="true" />
      </span>
      <div className={css.words}>
        <h2>{title}</h2>
        <p>{openly ? t('files.openlyText') : t('files.linkText')}</p>
      </div>
      <div className={css.actions}>
        <span className={css.hint}>{over ? t('files.dropNow') : t('files.drop')}</span>
        <PickButton what="file" openly={openly} />
        <PickButton what="folder" openly={openly} />
      </div>
    </section>
  )
}

/** A native dialog where the host has one, else the browser's. */
function PickButton({ what, openly }: { what: 'file' | 'folder'; openly: boolean }): ReactNode {
  const { t } = useText()
  const client = useClient()
  const host = useHost()
  const act = useAct()
  const add = useAdd(openly)
  const input = useRef<HTMLInputElement>(null)
  const pick = async (): Promise<void> => {
    if (!host.canPick) return input.current?.click()
    const picked = await act(() => client.shell.pick({ what }))
    await add.paths(picked?.paths ?? [])
  }
  const label = openly
    ? what === 'file'
      ? t('files.chooseFileOpenly')
      : t('files.chooseFolderOpenly')
    : what === 'file'
      ? t('files.chooseFileLink')
      : t('files.chooseFolderLink')
  const Icon = what === 'file' ? IconFile : IconFolder
  return (
    <>
      <Button
        size="compact-sm"
        variant={openly ? 'light' : 'default'}
        leftSection={<Icon size={15} aria-hidden="true" />}
        aria-label={label}
        onClick={() => void pick()}
      >
        {what === 'file' ? t('files.chooseFile') : t('files.chooseFolder')}
      </Button>
      {!host.canPick && (
        <input
          ref={input}
          type="file"
          hidden
          multiple
          aria-label={label}
          {...(what === 'folder' && { webkitdirectory: '' })}
          onChange={(event) => {
            const { files } = event.currentTarget
            if (files?.length) void add.input(files)
            // The same choice again must be a change again. The list was read above, before it is emptied.
            event.currentTarget.value = ''
          }}
        />
      )}
    </>
  )
}
