import type { BodyItem, FetchItem, Section } from './fetch-item.ts'
import { MAX_FETCH_ITEMS, MAX_HEADER_FIELDS, MAX_PART_PATH } from './limits.ts'
import { badSyntax, type Scanner } from './scanner.ts'
import { atomOrQuoted } from './text.ts'

const SIMPLE: Readonly<Record<string, FetchItem>> = {
  FLAGS: { is: 'flags' },
  UID: { is: 'uid' },
  INTERNALDATE: { is: 'internaldate' },
  'RFC822.SIZE': { is: 'size' },
  ENVELOPE: { is: 'envelope' },
  BODYSTRUCTURE: { is: 'bodystructure' },
  BODY: { is: 'structure' },
  RFC822: old('RFC822', 'all', false),
  'RFC822.HEADER': old('RFC822.HEADER', 'header', true),
  'RFC822.TEXT': old('RFC822.TEXT', 'text', false),
}

const MACROS: Readonly<Record<string, readonly string[]>> = {
  FAST: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE'],
  ALL: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE'],
  FULL: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE', 'BODY'],
}

/** Letters, digits and dots: what an item is called before any bracket. */
const ITEM = /[A-Za-z0-9.]+/y
const SECTION_TEXTS: Readonly<Record<string, Section['what']>> = {
  'HEADER.FIELDS.NOT': 'fields-not',
  'HEADER.FIELDS': 'fields',
  HEADER: 'header',
  TEXT: 'text',
  MIME: 'mime',
}

function old(label: string, what: Section['what'], peek: boolean): BodyItem {
  return { is: 'body', section: { path: [], what, fields: [] }, peek, partial: undefined, label }
}

/** What a FETCH asks for: a macro, one item, or a list. */
export function parseFetchItems(scanner: Scanner): FetchItem[] {
  if (scanner.peek() === '(') {
    const items = scanner.list(MAX_FETCH_ITEMS, () => parseItem(scanner, word(scanner)))
    if (items.length === 0) throw badSyntax('fetch what?')
    return items
  }
  const name = word(scanner)
  return MACROS[name]?.map((part) => SIMPLE[part]!) ?? [parseItem(scanner, name)]
}

function word(scanner: Scanner): string {
  return scanner.match(ITEM, 'an item is missing').toUpperCase()
}

function parseItem(scanner: Scanner, name: string): FetchItem {
  if ((name === 'BODY' || name === 'BODY.PEEK') && scanner.skip('[')) {
    const section = parseSection(scanner)
    scanner.expect(']')
    const partial = scanner.skip('<') ? parsePartial(scanner) : undefined
    return {
      is: 'body',
      section,
      peek: name === 'BODY.PEEK',
      partial,
      label: labelOf(section, partial?.offset),
    }
  }
  const item = Object.hasOwn(SIMPLE, name) ? SIMPLE[name] : undefined
  if (!item) throw badSyntax('no such item')
  return item
}

function parseSection(scanner: Scanner): Section {
  const path: number[] = []
  while (/\d/.test(scanner.peek())) {
    const number = scanner.number()
    if (number === 0 || path.length >= MAX_PART_PATH) throw badSyntax('no such part')
    path.push(number)
    if (!scanner.skip('.')) return { path, what: 'all', fields: [] }
    if (scanner.peek() === ']') throw badSyntax('a part number ends in a dot')
  }
  if (path.length === 0 && scanner.peek() === ']') return { path, what: 'all', fields: [] }
  const name = word(scanner)
  const what = Object.hasOwn(SECTION_TEXTS, name) ? SECTION_TEXTS[name] : undefined
  if (!what || (what === 'mime' && path.length === 0)) throw badSyntax('no such section')
  if (what !== 'fields' && what !== 'fields-not') return { path, what, fields: [] }
  scanner.space()
  const fields = scanner.list(MAX_HEADER_FIELDS, () => scanner.astring())
  if (fields.length === 0) throw badSyntax('which fields?')
  return { path, what, fields }
}

function parsePartial(scanner: Scanner): { offset: number; length: number } {
  const offset = scanner.number()
  scanner.expect('.')
  const length = scanner.number()
  if (length === 0) throw badSyntax('0 bytes are none')
  scanner.expect('>')
  return { offset, length }
}

function labelOf({ path, what, fields }: Section, offset: number | undefined): string {
  const names: Readonly<Record<Section['what'], string>> = {
    all: '',
    header: 'HEADER',
    text: 'TEXT',
    mime: 'MIME',
    fields: `HEADER.FIELDS (${fields.map(atomOrQuoted).join(' ')})`,
    'fields-not': `HEADER.FIELDS.NOT (${fields.map(atomOrQuoted).join(' ')})`,
  }
  const inside = [path.join('.'), names[what]].filter((part) => part !== '').join('.')
  return `BODY[${inside}]${offset === undefined ? '' : `<${offset}>`}`
}
