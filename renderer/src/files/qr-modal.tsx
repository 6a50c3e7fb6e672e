import { Button, Code, Modal } from '@mantine/core'
import { IconCopy } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Share } from '../../../src/contract/index.ts'
import { useText } from '../i18n/use-text.ts'
import { Qr } from '../ui/qr.tsx'
import { useShareActions } from './use-share-actions.ts'
import css from './modal.module.css'

export function QrModal(props: { share: Share; opened: boolean; onClose: () => void }): ReactNode {
  const { share } = props
  const { t } = useText()
  const { copyLink } = useShareActions(share)
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      centered
      title={t('qr.title', { name: share.name })}
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      <div className={css.qr}>
        <Qr text={share.link ?? ''} label={t('qr.image')} size={260} tooLong={t('qr.tooLong')} />
        <p className={css.text}>{t('qr.text')}</p>
        <Code className={css.link} block tabIndex={0}>
          {share.link}
        </Code>
        <Button variant="default" leftSection={<IconCopy size={16} aria-hidden="true" />} onClick={copyLink}>
          {t('action.copyLink')}
        </Button>
      </div>
    </Modal>
  )
}
