import { describe, expect, it } from 'vitest'
import { delayWords, strokesOf } from './scale.ts'

describe('the lines of messages', () => {
  it('begin when sent, end when they arrived, and stay within the picture', () => {
    const messages = [
      { sentAt: 0, arrivedAt: 250 },
      { sentAt: 500, arrivedAt: null },
      { sentAt: 900, arrivedAt: 1200 },
    ]
    expect(strokesOf({ messages }, 1000)).toEqual([
      { from: 0, to: 0.25 },
      { from: 0.5, to: undefined },
      { from: 0.9, to: 1 },
    ])
  })

  it('are at the beginning of a trial that has just begun', () => {
    expect(strokesOf({ messages: [{ sentAt: 0, arrivedAt: null }] }, 0)).toEqual([{ from: 0, to: undefined }])
  })
})

describe('a delay', () => {
  it.each([
    [0.2, 'en', '1\u00a0ms'],
    [42.4, 'en', '42\u00a0ms'],
    [1250, 'en', '1.3\u00a0s'],
    [1250, 'ko', '1.3초'],
  ])('of %d ms reads (%s) %j', (ms, language, words) => {
    expect(delayWords(ms, language)).toBe(words)
  })
})
