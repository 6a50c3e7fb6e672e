import { Button, Modal } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import type { Share } from '../../../src/contract/index.ts'
import { useText } from '../i18n/use-text.ts'
import css from './modal.module.css'

interface Props {
  readonly share: Share
  readonly opened: boolean
  readonly onClose: () => void
  readonly remove: (withFiles: boolean) => Promise<void>
}

/** Asks before anything goes. Files of a source are never deleted, so it is not offered. */
export function RemoveModal({ share, opened, onClose, remove }: Props): ReactNode {
  const { t } = useText()
  const [busy, setBusy] = useState(false)
  const run = async (withFiles: boolean): Promise<void> => {
    setBusy(true)
    await remove(withFiles)
    setBusy(false)
    onClose()
  }
  const isSource = share.role === 'source'
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      centered
      title={t('remove.title', { name: share.name })}
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      <p className="sh-muted">{isSource ? t('remove.source') : t('remove.download')}</p>
      <div className={css.buttons}>
        <Button loading={busy} onClick={() => void run(false)} data-autofocus>
          {isSource ? t('remove.stopSharing') : t('remove.keep')}
        </Button>
        {!isSource && (
          <Button loading={busy} color="warm" variant="outline" onClick={() => void run(true)}>
            {t('remove.withFiles')}
          </Button>
        )}
        <Button variant="subtle" color="gray" onClick={onClose}>
          {t('app.cancel')}
        </Button>
      </div>
    </Modal>
  )
}
