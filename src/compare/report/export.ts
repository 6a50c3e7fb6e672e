import type { RaceResult } from '../../contract/index.ts'
import { toCsv } from './csv.ts'
import { toSvg } from './svg.ts'
import type { ExportLanguage } from './words.ts'

export type ExportFormat = 'json' | 'csv' | 'svg'
export type { ExportLanguage }

/** A result as a file for a person: name, media type, text. */
export function exportResult(
  result: RaceResult,
  format: ExportFormat,
  language: ExportLanguage,
): { name: string; type: string; text: string } {
  const name = `${result.id}.${format}`
  switch (format) {
    case 'json':
      return { name, type: 'application/json', text: `${JSON.stringify(result, undefined, 1)}\n` }
    case 'csv':
      return { name, type: 'text/csv', text: toCsv(result) }
    case 'svg':
      return { name, type: 'image/svg+xml', text: toSvg(result, language) }
  }
}
