import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sanitiseText, sanitiseWords } from './words.ts'

describe('a stranger’s words', () => {
  it.each([
    ['Alice’s laptop', 'Alice’s laptop'],
    ['  a \t\n b  ', 'a b'],
    ['가나'.normalize('NFD'), '가나'],
    ['a\u0000b\u001b[31mc', 'ab[31mc'],
    ['\u202egnp.exe', 'gnp.exe'],
    ['a\u200d\u2060b', 'ab'],
    ['a \u0000 b', 'a b'],
    ['e\u0000\u0301', 'é'],
    ['\ud800x', 'x'],
    ['e' + '\u0301\u0302\u0303\u0304\u0305\u0306'.repeat(20), 'é\u0302\u0303\u0304'],
    ['\u3164\u115f', ''],
    ['', ''],
  ])('%j become %j', (text, expected) => {
    expect(sanitiseWords(text, 64)).toBe(expected)
  })

  it('are cut between characters', () => {
    expect(sanitiseWords('👍🏽'.repeat(40), 64).length).toBeLessThanOrEqual(64)
    expect(sanitiseWords('👍🏽'.repeat(40), 64)).toMatch(/^(👍🏽)+$/u)
    expect(sanitiseWords('가'.repeat(100), 64)).toBe('가'.repeat(64))
  })

  it('never exceed the bound nor hold a control character, and cleaning twice changes nothing', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.integer({ min: 1, max: 80 }),
        (text, most) => {
          const words = sanitiseWords(text, most)
          expect(words.length).toBeLessThanOrEqual(most)
          expect(/\p{C}/u.test(words)).toBe(false)
          expect(sanitiseWords(words, most)).toBe(words)
        },
      ),
    )
  })
})

describe('a stranger’s text', () => {
  it.each([
    ['one\ntwo', 'one\ntwo'],
    ['one\r\ntwo\rthree\u2028four', 'one\ntwo\nthree\nfour'],
    ['a\n\n\n\n\nb', 'a\n\nb'],
    ['\n\n  indented  \n', '  indented'],
    ['\tcode', '    code'],
    ['\u202egnp.exe\u0007', 'gnp.exe'],
    ['👩‍💻 a\u200db', '👩‍💻 ab'],
    ['안녕', '안녕'],
    [' \u200b\n\u2066 ', ''],
  ])('%j becomes %j', (text, expected) => {
    expect(sanitiseText(text, 64)).toBe(expected)
  })

  it('never exceeds the bound, holds no control but line breaks, and cleaning twice changes nothing', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.integer({ min: 1, max: 80 }),
        (text, most) => {
          const clean = sanitiseText(text, most)
          expect(clean.length).toBeLessThanOrEqual(most)
          expect(/(?!\n|\u200d)\p{C}/u.test(clean)).toBe(false)
          expect(sanitiseText(clean, most)).toBe(clean)
        },
      ),
    )
  })
})
