import { TextInput } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useEffect, useState, type ReactNode } from 'react'
import { useText } from '../i18n/use-text.ts'

interface Props {
  readonly label: string
  readonly value: string
  readonly maxLength: number
  /** What is wrong with a trimmed text, or undefined. */
  readonly check: (text: string) => string | undefined
  readonly save: (text: string) => Promise<boolean>
  readonly width?: number
}

/** Text that is saved on Enter or when the field is left; Escape brings the saved one back. */
export function TextField({ label, value, maxLength, check, save, width = 260 }: Props): ReactNode {
  const { t } = useText()
  const [text, setText] = useState(value)
  const [saved, setSaved] = useState(false)
  useEffect(() => setText(value), [value])
  const fault = check(text.trim())
  const commit = async (): Promise<void> => {
    if (fault !== undefined || text.trim() === value) return
    setSaved(await save(text.trim()))
  }
  return (
    <TextInput
      aria-label={label}
      style={{ width, maxWidth: '100%' }}
      value={text}
      maxLength={maxLength}
      spellCheck={false}
      error={fault}
      rightSection={
        saved && text === value ? <IconCheck size={16} role="img" aria-label={t('settings.saved')} /> : null
      }
      onChange={(event) => {
        setText(event.currentTarget.value)
        setSaved(false)
      }}
      onBlur={() => void commit()}
      onKeyDown={(event) => {
        if (event.key === 'Enter') void commit()
        if (event.key === 'Escape') setText(value)
      }}
    />
  )
}
