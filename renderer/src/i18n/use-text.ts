import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { createFormat, type Format } from '../format/format.ts'
import type { Language } from './index.ts'

/** The words and number formats of the language on screen. */
export function useText(): { t: TFunction; format: Format; language: Language } {
  const { t, i18n } = useTranslation()
  const language = i18n.language as Language
  const format = useMemo(() => createFormat(language), [language])
  return { t, format, language }
}
