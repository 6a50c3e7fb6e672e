import { describe, expect, it } from 'vitest'
import { zoneMistakeCodeSchema, type ZoneProblemView } from '../../../src/contract/index.ts'
import { createTranslator } from '../i18n/index.ts'
import { zoneProblemText } from './zone-problem-text.ts'

const korean = createTranslator('ko').t
const english = createTranslator('en').t

const ADDRESS: ZoneProblemView = {
  line: 1,
  code: 'bad-ipv4',
  data: { text: '1.2.3' },
  problem: 'no IPv4 address: 1.2.3',
}
const PREFERENCE: ZoneProblemView = {
  line: 4,
  code: 'bad-number',
  data: { field: 'preference', most: 65_535, text: 'x' },
  problem: 'the preference is no number up to 65535: x',
}
const START: ZoneProblemView = {
  line: 0,
  code: 'no-soa',
  data: {},
  problem: 'a zone starts with an SOA record',
}

describe('what is wrong with a zone', () => {
  it.each([
    [ADDRESS, '1번째 줄: IPv4 주소가 아닙니다: 1.2.3'],
    [PREFERENCE, '4번째 줄: 선호도 항목은 65,535 이하의 수여야 합니다: x'],
    [START, '영역은 SOA 레코드로 시작합니다'],
  ])('is said in the language of the page', (problem, sentence) => {
    expect(zoneProblemText(problem, korean)).toBe(sentence)
  })

  it.each([ADDRESS, PREFERENCE, START])('is in English what the log says: $problem', (problem) => {
    expect(zoneProblemText({ ...problem, line: 0 }, english).replaceAll(',', '')).toBe(problem.problem)
  })

  it.each(zoneMistakeCodeSchema.options)('has a sentence without gaps in both languages: %s', (code) => {
    const names = ['text', 'name', 'zone', 'type', 'cut', 'most', 'is', 'said']
    const data = { ...Object.fromEntries(names.map((name) => [name, 7])), field: 'preference' }
    for (const t of [english, korean]) {
      const sentence = zoneProblemText({ line: 0, code, data, problem: '' }, t)
      expect(sentence).not.toMatch(/[{}]|zone\.|undefined/)
    }
  })
})
