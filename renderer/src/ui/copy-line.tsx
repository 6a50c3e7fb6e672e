import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useClipboard } from '@mantine/hooks'
import type { ReactNode } from 'react'
import { useText } from '../i18n/use-text.ts'
import { IconAction } from './icon-action.tsx'
import css from './copy-line.module.css'

/** Several of them, side by side. */
export function CopyLines({ texts, label }: { texts: readonly string[]; label: string }): ReactNode {
  return (
    <ul className={css.lines} aria-label={label}>
      {texts.map((text) => (
        <li key={text}>
          <CopyLine text={text} />
        </li>
      ))}
    </ul>
  )
}

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
