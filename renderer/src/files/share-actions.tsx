import { ActionIcon, Menu } from '@mantine/core'
import {
  IconAffiliate,
  IconDots,
  IconFolderOpen,
  IconLink,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconQrcode,
  IconServer,
  IconShieldCheck,
  IconTrash,
  IconUsers,
  IconUsersMinus,
} from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import type { Share } from '../../../src/contract/index.ts'
import { useHost } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { IconAction } from '../ui/icon-action.tsx'
import { IN_MAIN } from '../ui/overlay.ts'
import { QrModal } from './qr-modal.tsx'
import { RemoveModal } from './remove-modal.tsx'
import { switchOf, useShareActions, type ShareActions } from './use-share-actions.ts'

/** The buttons of one share: the two used most as buttons, the rest in a menu. */
export function ShareActionButtons({ share }: { share: Share }): ReactNode {
  const { t } = useText()
  const actions = useShareActions(share)
  const [modal, setModal] = useState<'qr' | 'remove' | undefined>()
  const close = (): void => setModal(undefined)
  return (
    <>
      <SwitchButton share={share} actions={actions} />
      <IconAction
        label={t('action.named', { action: t('action.copyLink'), name: share.name })}
        tooltip={t('action.copyLink')}
        icon={IconLink}
        disabled={!share.link}
        onClick={actions.copyLink}
      />
      <MoreMenu share={share} actions={actions} open={setModal} />
      <QrModal share={share} opened={modal === 'qr'} onClose={close} />
      <RemoveModal share={share} opened={modal === 'remove'} onClose={close} remove={actions.remove} />
    </>
  )
}

const SWITCH_ICONS = {
  pause: IconPlayerPause,
  resume: IconPlayerPlay,
  stop: IconPlayerStop,
  start: IconPlayerPlay,
}

function SwitchButton({ share, actions }: { share: Share; actions: ShareActions }): ReactNode {
  const { t } = useText()
  const kind = switchOf(share)
  if (!kind) return null
  const label = t(`action.${kind}`)
  return (
    <IconAction
      label={t('action.named', { action: label, name: share.name })}
      tooltip={label}
      icon={SWITCH_ICONS[kind]}
      onClick={kind === 'pause' || kind === 'stop' ? actions.pause : actions.resume}
    />
  )
}

function MoreMenu(props: {
  share: Share
  actions: ShareActions
  open: (modal: 'qr' | 'remove') => void
}): ReactNode {
  const { share, actions, open } = props
  const { t } = useText()
  const { canReveal } = useHost()
  const complete = share.state.is === 'serving' || share.state.is === 'stopped'
  return (
    <Menu position="bottom-end" width={230} portalProps={IN_MAIN} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('action.more', { name: share.name })}>
          <IconDots size={18} aria-hidden="true" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {canReveal && (
          <Menu.Item
            leftSection={<IconFolderOpen size={16} />}
            onClick={actions.reveal}
            disabled={!share.path}
          >
            {t('action.reveal')}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconQrcode size={16} />} onClick={() => open('qr')} disabled={!share.link}>
          {t('action.qr')}
        </Menu.Item>
        <Menu.Item
          leftSection={share.openly ? <IconUsersMinus size={16} /> : <IconUsers size={16} />}
          onClick={() => actions.setOpenly(!share.openly)}
        >
          {share.openly ? t('action.unlist') : t('action.listOpenly')}
        </Menu.Item>
        {share.hasServer && !complete && (
          <Menu.Item
            leftSection={share.mode === 'http' ? <IconAffiliate size={16} /> : <IconServer size={16} />}
            onClick={() => actions.setMode(share.mode === 'http' ? 'p2p' : 'http')}
          >
            {share.mode === 'http' ? t('servers.switchToPeers') : t('servers.switchToServer')}
          </Menu.Item>
        )}
        {complete && (
          <Menu.Item leftSection={<IconShieldCheck size={16} />} onClick={actions.verify}>
            {t('action.verify')}
          </Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Item leftSection={<IconTrash size={16} />} onClick={() => open('remove')}>
          {t('action.remove')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
