import { Button } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { useHost } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { SettingRow } from './setting-row.tsx'

/** The system's own notifications: asked for when the person wants them, never on load. */
export function NotificationsRow(): ReactNode {
  const { t } = useText()
  // The desktop shell tells by itself; only a page in a browser has to be allowed to.
  const { kind } = useHost()
  const supported = kind !== 'electron' && 'Notification' in window
  const [permission, setPermission] = useState(supported ? Notification.permission : 'denied')
  if (!supported) return null
  return (
    <SettingRow title={t('settings.notifications')} help={t('settings.notificationsHelp')}>
      {permission === 'default' ? (
        <Button variant="default" onClick={() => void Notification.requestPermission().then(setPermission)}>
          {t('settings.notificationsAllow')}
        </Button>
      ) : (
        <span className="sh-muted">
          {permission === 'granted' ? t('settings.notificationsOn') : t('settings.notificationsOff')}
        </span>
      )}
    </SettingRow>
  )
}
