import type { TFunction } from 'i18next'
import type { ZoneProblemView } from '../../../src/contract/index.ts'
import type { zoneMistakesEn } from './zone-text-en.ts'

/** What is wrong with a zone and in which line, in the language of the page. */
export function zoneProblemText({ line, code, data }: ZoneProblemView, t: TFunction): string {
  const { field } = data
  const named = field === undefined ? {} : { field: t(`zone.field.${field as Field}`) }
  const problem = t(`zone.mistake.${code}`, { ...data, ...named })
  return line > 0 ? t('names.zoneLine', { line, problem }) : problem
}

type Field = keyof (typeof zoneMistakesEn)['field']
