import { SegmentedControl, Switch } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Settings } from '../../../src/contract/index.ts'
import { useClient, useSettings } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { InterfaceList } from '../network/interface-list.tsx'
import { Card, Page, Section } from '../ui/page.tsx'
import { useAct } from '../ui/use-act.ts'
import { FolderField } from './folder-field.tsx'
import { NotificationsRow } from './notifications-row.tsx'
import { RateField } from './rate-field.tsx'
import { SettingRow } from './setting-row.tsx'
import { TextField } from './text-field.tsx'

/** What a person may set. Everything takes effect at once; text is saved on Enter or when the field is left. */
export function SettingsPage(): ReactNode {
  const { t } = useText()
  return (
    <Page title={t('settings.title')}>
      <LaptopSection />
      <LimitsSection />
      <Section title={t('settings.interfaces')} text={t('settings.interfacesText')}>
        <Card flush>
          <InterfaceList />
        </Card>
      </Section>
      <LookSection />
    </Page>
  )
}

function useUpdate(): (changes: Partial<Settings>) => Promise<boolean> {
  const client = useClient()
  const act = useAct()
  return async (changes) => (await act(() => client.settings.update(changes))) !== undefined
}

function LaptopSection(): ReactNode {
  const { t } = useText()
  const settings = useSettings()
  const update = useUpdate()
  return (
    <Section title={t('settings.laptop')}>
      <Card flush>
        <SettingRow title={t('settings.name')} help={t('settings.nameHelp')}>
          <TextField
            label={t('settings.name')}
            value={settings.name}
            maxLength={64}
            check={(text) => (text === '' ? t('settings.nameBad') : undefined)}
            save={(name) => update({ name })}
          />
        </SettingRow>
        <SettingRow title={t('settings.visible')} help={t('settings.visibleHelp')}>
          <Switch
            aria-label={t('settings.visible')}
            checked={settings.visible}
            onChange={(event) => void update({ visible: event.currentTarget.checked })}
          />
        </SettingRow>
        <SettingRow title={t('settings.folder')} help={t('settings.folderHelp')}>
          <FolderField value={settings.downloadDir} save={(downloadDir) => update({ downloadDir })} />
        </SettingRow>
      </Card>
    </Section>
  )
}

function LimitsSection(): ReactNode {
  const { t } = useText()
  const settings = useSettings()
  const update = useUpdate()
  return (
    <Section title={t('settings.limits')} text={t('settings.limitsText')}>
      <Card flush>
        <SettingRow title={t('settings.limitUp')} help={t('settings.limitUpHelp')}>
          <RateField
            label={t('settings.limitUp')}
            value={settings.limitUp}
            save={(limitUp) => update({ limitUp })}
          />
        </SettingRow>
        <SettingRow title={t('settings.limitDown')}>
          <RateField
            label={t('settings.limitDown')}
            value={settings.limitDown}
            save={(limitDown) => update({ limitDown })}
          />
        </SettingRow>
      </Card>
    </Section>
  )
}

function LookSection(): ReactNode {
  const { t } = useText()
  const settings = useSettings()
  const update = useUpdate()
  return (
    <Section title={t('settings.look')}>
      <Card flush>
        <SettingRow title={t('settings.theme')}>
          <SegmentedControl
            aria-label={t('settings.theme')}
            value={settings.theme}
            data={[
              { value: 'system', label: t('settings.themeSystem') },
              { value: 'light', label: t('settings.themeLight') },
              { value: 'dark', label: t('settings.themeDark') },
            ]}
            onChange={(theme) => void update({ theme })}
          />
        </SettingRow>
        <SettingRow title={t('settings.language')}>
          <SegmentedControl
            aria-label={t('settings.language')}
            value={settings.language}
            data={[
              { value: 'system', label: t('settings.languageSystem') },
              { value: 'en', label: <span lang="en">English</span> },
              { value: 'ko', label: <span lang="ko">한국어</span> },
            ]}
            onChange={(language) => void update({ language })}
          />
        </SettingRow>
        <NotificationsRow />
      </Card>
    </Section>
  )
}
