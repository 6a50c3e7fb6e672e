import { describe, expect, it } from 'vitest'
import { ERROR_CODES } from '../../../src/base/errors.ts'
import { limitSchema, peerSourceKindSchema } from '../../../src/contract/index.ts'
import { HELP_TOPICS } from '../help/topic.ts'
import { helpTexts } from '../help/topics.ts'
import { en } from './en.ts'
import { chooseLanguage, createTranslator, LANGUAGES } from './index.ts'
import { ko } from './ko.ts'

/** Keys with dots → texts. */
function flatten(tree: object, prefix = ''): Map<string, string> {
  const flat = new Map<string, string>()
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') flat.set(prefix + key, value)
    else for (const [below, text] of flatten(value as object, `${prefix}${key}.`)) flat.set(below, text)
  }
  return flat
}

function placeholders(text: string): string[] {
  return [...text.matchAll(/\{\{\s*([^},\s]+)[^}]*\}\}/g)].map((match) => match[1]!).sort()
}

const english = flatten(en)
const korean = flatten(ko)
/** Korean has one plural form: what English says in `_one` has no counterpart. */
const comparable = [...english.keys()].filter((key) => !key.endsWith('_one'))

describe('the two languages', () => {
  it('have the same keys', () => {
    expect([...korean.keys()].sort()).toEqual(comparable.sort())
  })

  it.each(comparable)('put the same values into %s', (key) => {
    expect(placeholders(korean.get(key)!)).toEqual(placeholders(english.get(key)!))
  })

  it('have no empty text, no stray brackets and no space at an end', () => {
    for (const [key, text] of [...english, ...korean]) {
      expect(text.trim(), key).toBe(text)
      expect(text, key).not.toBe('')
      expect(text.replace(/\{\{[^{}]+\}\}/g, ''), key).not.toMatch(/[{}]/)
    }
  })

  it('have both English plural forms wherever there is one', () => {
    for (const key of english.keys()) {
      const other = key.replace(/_one$/, '_other')
      expect(english.has(other), key).toBe(true)
      if (key.endsWith('_one')) expect(placeholders(english.get(other)!), key).toContain('count')
      if (key.endsWith('_other')) expect(english.has(key.replace(/_other$/, '_one')), key).toBe(true)
    }
  })

  it('are written in their own letters', () => {
    const latinOnly = [...korean].filter(([, text]) => !/[가-힣]/.test(text.replace(/\{\{[^}]+\}\}/g, '')))
    const sameInBoth =
      /^(app\.name|servers\.(portNames\.|laneHttp)|compare\.(modes\.p2p|setup\.mbit|live\.bar|result\.(line|n|copies)$|run\.option|saved\.(words|named))|tab\.|settings\.mbit|nearby\.(typePlaceholder|ways\.(mdns|dht))|help\.peers|action\.named|detail\.openedThem)/
    expect(latinOnly.map(([key]) => key).filter((key) => !sameInBoth.test(key))).toEqual([])
    expect([...english].filter(([, text]) => /[가-힣]/.test(text))).toEqual([])
  })

  it.each(LANGUAGES)('say what happened, why and what to do for every error code (%s)', (language) => {
    const { t } = createTranslator(language)
    for (const code of ERROR_CODES) {
      for (const part of ['what', 'why', 'todo'] as const) {
        const text = t(`error.${code}.${part}`)
        expect(text, `${code}.${part}`).not.toContain(`error.${code}`)
        expect(text, `${code}.${part}`).toMatch(/[.!?]$/)
      }
    }
  })

  it.each(LANGUAGES)('have words for every limit and every way of finding others (%s)', (language) => {
    const { t } = createTranslator(language)
    for (const limit of limitSchema.options) expect(t(`limit.${limit}`)).not.toContain('limit.')
    for (const kind of peerSourceKindSchema.options) expect(t(`ways.${kind}`)).not.toContain('ways.')
  })

  it('print counts with the language’s own digits and plural', () => {
    const { t } = createTranslator('en')
    expect(t('share.sizeFiles', { size: '1 KiB', count: 1 })).toBe('1 KiB · 1 file')
    expect(t('share.sizeFiles', { size: '1 KiB', count: 20_412 })).toBe('1 KiB · 20,412 files')
    expect(createTranslator('ko').t('share.peers', { count: 1 })).toBe('노트북 1대')
  })
})

describe('the help pages', () => {
  it('have the same paragraphs and terms in both languages', () => {
    for (const topic of HELP_TOPICS) {
      const [first, second] = LANGUAGES.map((language) => helpTexts(language)[topic])
      expect(second!.body.length, topic).toBe(first!.body.length)
      expect(second!.terms?.length, topic).toBe(first!.terms?.length)
      for (const { title, gist, body } of [first!, second!]) {
        expect(
          [title, gist, ...body].every((text) => text.trim().length > 0),
          topic,
        ).toBe(true)
      }
    }
  })

  it('use the textbook’s terms', () => {
    const all = (language: 'en' | 'ko') => JSON.stringify(helpTexts(language))
    for (const term of ['self-scalability', 'client–server', 'socket', 'port number', 'data centre']) {
      expect(all('en').toLowerCase()).toContain(term)
    }
    for (const term of [
      '자가 확장성',
      '클라이언트',
      '소켓',
      '피어',
      '데이터 센터',
      '프로세스',
      '전송 계층',
    ]) {
      expect(all('ko')).toContain(term)
    }
  })
})

describe('chooseLanguage', () => {
  it('follows the person, then the system, then English', () => {
    expect(chooseLanguage('ko', ['en-US'])).toBe('ko')
    expect(chooseLanguage('system', ['fr-FR', 'ko-KR', 'en'])).toBe('ko')
    expect(chooseLanguage('system', ['KO'])).toBe('ko')
    expect(chooseLanguage('system', ['kok'])).toBe('en')
    expect(chooseLanguage('system', [])).toBe('en')
  })
})
