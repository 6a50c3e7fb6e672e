import { Button, Code, Modal, SegmentedControl } from '@mantine/core'
import { IconCopy } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import type { Share } from '../../../src/contract/index.ts'
import { useText } from '../i18n/use-text.ts'
import { Qr } from '../ui/qr.tsx'
import { BrowserAddress } from './browser-address.tsx'
import { useShareActions } from './use-share-actions.ts'
import css from './modal.module.css'

/** Two ways to hand a share on: a link for those who have Shoal, a page for any browser. */
export function QrModal(props: { share: Share; opened: boolean; onClose: () => void }): ReactNode {
  const { share } = props
  const { t } = useText()
  const [kind, setKind] = useState<'link' | 'browser'>('link')
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      centered
      title={t('qr.title', { name: share.name })}
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      <SegmentedControl
        fullWidth
        mb="md"
        aria-label={t('servers.browser.kind')}
        value={kind}
        onChange={(value) => setKind(value)}
        data={[
          { value: 'link', label: t('servers.browser.tabLink') },
          { value: 'browser', label: t('servers.browser.tabBrowser') },
        ]}
      />
      {kind === 'link' && <LinkCode share={share} />}
      {kind === 'browser' && share.cid !== null && <BrowserAddress cid={share.cid} />}
    </Modal>
  )
}

function LinkCode({ share }: { share: Share }): ReactNode {
  const { t } = useText()
  const { copyLink } = useShareActions(share)
  return (
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
  )
}
