import { Button, Menu } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { IN_MAIN } from '../../ui/overlay.ts'

/** A result as a file, in one of several formats. */
export function SaveAsMenu<Format extends string>(props: {
  /** Which result, for those who cannot see where the button is. */
  name: string
  formats: readonly Format[]
  onSave: (format: Format) => void
}): ReactNode {
  const { name, formats, onSave } = props
  const { t } = useText()
  return (
    <Menu position="bottom-end" portalProps={IN_MAIN} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconDownload size={15} aria-hidden="true" />}
          aria-label={t('compare.saved.named', { action: t('compare.saved.exportAs'), name })}
        >
          {t('compare.saved.exportAs')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {formats.map((format) => (
          <Menu.Item key={format} onClick={() => onSave(format)}>
            {format.toUpperCase()}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
