import { Button, Menu } from '@mantine/core'
import { IconFile, IconFolder, IconPaperclip, IconX } from '@tabler/icons-react'
import { useRef, type ReactNode } from 'react'
import type { Share } from '../../../src/contract/index.ts'
import { useShares } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { IconAction } from '../ui/icon-action.tsx'
import { IN_MAIN } from '../ui/overlay.ts'
import type { Attach } from './use-attach.ts'
import css from './attachments.module.css'

/** Shares offered in a menu at most; the rest is found under Files. */
const MAX_LISTED = 8

/** The button that attaches: a file or folder of this laptop, or something that is shared already. */
export function AttachMenu({ attach }: { attach: Attach }): ReactNode {
  const { t } = useText()
  const shares = useOfferable().filter(({ id }) => !attach.chosen.includes(id))
  const file = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  const choose = (what: 'file' | 'folder'): void => {
    if (!attach.pick(what)) (what === 'file' ? file : folder).current?.click()
  }
  return (
    <>
      <Menu position="top-start" portalProps={IN_MAIN} shadow="md">
        <Menu.Target>
          <Button
            size="compact-md"
            variant="default"
            loading={attach.isBusy}
            leftSection={<IconPaperclip size={15} aria-hidden="true" />}
          >
            {t('messages.attach')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconFile size={15} aria-hidden="true" />} onClick={() => choose('file')}>
            {t('messages.attachFile')}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconFolder size={15} aria-hidden="true" />}
            onClick={() => choose('folder')}
          >
            {t('messages.attachFolder')}
          </Menu.Item>
          {shares.length > 0 && <Menu.Label>{t('messages.attachShare')}</Menu.Label>}
          {shares.slice(0, MAX_LISTED).map((share) => (
            <Menu.Item key={share.id} onClick={() => attach.add(share.id)}>
              {share.title ?? share.name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <FileInput attach={attach} what="file" input={file} />
      <FileInput attach={attach} what="folder" input={folder} />
    </>
  )
}

function FileInput(props: {
  attach: Attach
  what: 'file' | 'folder'
  input: React.RefObject<HTMLInputElement | null>
}): ReactNode {
  const { t } = useText()
  const { attach, what, input } = props
  return (
    <input
      ref={input}
      type="file"
      hidden
      multiple
      aria-label={what === 'file' ? t('messages.attachFile') : t('messages.attachFolder')}
      {...(what === 'folder' && { webkitdirectory: '' })}
      onChange={(event) => {
        const { files } = event.currentTarget
        if (files?.length) attach.input(files)
        // The same choice again must be a change again.
        event.currentTarget.value = ''
      }}
    />
  )
}

/** What will go with the message, each to be taken back. */
export function Attached({ attach }: { attach: Attach }): ReactNode {
  const { t, format } = useText()
  const shares = useShares()
  if (attach.chosen.length === 0) return null
  return (
    <ul className={css.list}>
      {attach.chosen.map((id) => {
        const share = shares.get(id)
        const name = share?.title ?? share?.name ?? '…'
        return (
          <li key={id} className={css.item}>
            <IconPaperclip size={15} aria-hidden="true" />
            <span>
              {t('messages.attached', { name })}{' '}
              <span className="sh-muted">
                {share?.size === null || !share ? t('messages.preparing') : format.size(share.size)}
              </span>
            </span>
            <IconAction
              icon={IconX}
              label={t('messages.detach', { name })}
              tooltip={t('messages.detach', { name })}
              onClick={() => attach.remove(id)}
            />
          </li>
        )
      })}
    </ul>
  )
}

/** Shares of which this laptop has something to give, newest first. */
export function useOfferable(): Share[] {
  const shares = useShares()
  return [...shares.values()]
    .filter(({ state, link }) => link !== null && (state.is === 'serving' || state.is === 'downloading'))
    .sort((a, b) => b.addedAt - a.addedAt)
}
