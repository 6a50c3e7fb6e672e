import { createHash } from 'node:crypto'
import type { Language } from './words.ts'
import { STYLE } from './style.ts'

/** HTML that may stand in a page as it is. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Value = string | number | Html | readonly Html[] | undefined | false

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A template whose values are escaped unless they are Html themselves; nothing for undefined and false. */
export function markup(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(strings.map((string, i) => (i === 0 ? '' : render(values[i - 1])) + string).join(''))
}

function render(value: Value): string {
  if (value === undefined || value === false) return ''
  if (value instanceof Html) return value.text
  if (typeof value === 'object') return value.map((part) => part.text).join('')
  return String(value).replace(/[&<>"']/g, (char) => ESCAPES[char]!)
}

const styleHash = createHash('sha256').update(STYLE).digest('base64')

/** Nothing runs and nothing is fetched but the page's own style and icon. */
const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${styleHash}'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

/** What a share's file may do if a browser shows it after all: nothing. */
export const FILE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; sandbox"

export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': PAGE_POLICY,
  'Cache-Control': 'private, no-cache',
  Vary: 'Accept-Language',
}

/** Exactly what the policy's hash is of: nothing may stand around it. */
const STYLE_ELEMENT = new Html(`<style>${STYLE}</style>`)

export function document(language: Language, title: string, body: Html): string {
  return markup`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
${STYLE_ELEMENT}
</head>
<body>
${body}
</body>
</html>
`.text
}
