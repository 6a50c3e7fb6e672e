import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useClipboard } from '@mantine/hooks'
import type { ReactNode } from 'react'
import { useText } from '../i18n/use-text.ts'
import { IconAction } from './icon-action.tsx'
import css from './copy-line.module.css'

/** A piece of text to take elsewhere, in the type of machines, with a button that copies it. */
export function CopyLine({ text }: { text: string }): ReactNode {
  const { t } = useText()
  const { copied, copy } = useClipboard({ timeout: 1500 })
  const label = copied ? t('app.copied') : t('app.copy')
  return (
    <span className={css.line}>
      <code>{text}</code>
      <IconAction
        label={`${label}: ${text}`}
        tooltip={label}
        icon={copied ? IconCheck : IconCopy}
        onClick={() => copy(text)}
      />
    </span>
  )
}
