import type { Language } from '../i18n/index.ts'
import type { HelpTexts } from './topic.ts'
import { helpEn } from './topics-en.ts'
import { helpKo } from './topics-ko.ts'

const TEXTS: Record<Language, HelpTexts> = { en: helpEn, ko: helpKo }

export function helpTexts(language: Language): HelpTexts {
  return TEXTS[language]
}
