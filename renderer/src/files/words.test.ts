import { describe, expect, it } from 'vitest'
import type { Share } from '../../../src/contract/index.ts'
import { createFormat } from '../format/format.ts'
import { createTranslator, type Language } from '../i18n/index.ts'
import { fakeShare } from '../testing/fake-shares.ts'
import { progressOf, stateWords, summaryWords, tone } from './words.ts'
import { switchOf } from './use-share-actions.ts'

function words(changes: Partial<Share>, language: Language = 'en'): string[] {
  return stateWords(fakeShare(1, changes), createTranslator(language).t, createFormat(language)).map((text) =>
    text.replaceAll('\u00a0', ' '),
  )
}

const source = { role: 'source', state: { is: 'serving' } } as const
const problem = { code: 'disk-full', message: '', data: {} } as const

describe('a state in words', () => {
  it('says how much is here, from how many, and how much of it others gave', () => {
    const share = { size: 100, bytesHeld: 62, peers: 11, fromOthers: 0.83 }
    expect(words(share)).toEqual(['62 % here, from 11 laptops', '83 % came from other laptops'])
    expect(words(share, 'ko')).toEqual(['노트북 11대에서 62% 도착', '83%는 다른 노트북에서 왔습니다'])
  })

  it('says nothing of others before anything came from them', () => {
    expect(words({ size: 100, bytesHeld: 3, peers: 1, fromOthers: 0 })).toEqual(['3 % here, from 1 laptop'])
    expect(words({ size: 100, bytesHeld: 0, fromOthers: null })).toEqual(['0 % here'])
  })

  it('names the server when there is one', () => {
    expect(words({ size: 100, bytesHeld: 50, mode: 'http', peers: 1, fromOthers: 0 }).at(-1)).toBe(
      'all of it from one server',
    )
  })

  it('says who is missing while it waits', () => {
    expect(words({ state: { is: 'waiting', missingHere: 3 } })[0]).toBe(
      'Waiting: nobody here has the last 3 chunks',
    )
    expect(words({ state: { is: 'waiting', missingHere: 1 } })[0]).toBe(
      'Waiting: nobody here has the last chunk',
    )
  })

  it('tells the sharer when to leave, and when all have it', () => {
    const some = { ...source, copies: { complete: 3, of: 12 } }
    expect(words(some)).toEqual(['3 of 12 have it all'])
    expect(words({ ...some, safeToLeave: true })[0]).toBe('A full copy is out: you may close your laptop')
    expect(words({ ...source, copies: { complete: 12, of: 12 }, safeToLeave: true })).toEqual([
      'All 12 laptops have it',
    ])
    expect(words({ ...source, copies: { complete: 0, of: 0 } })).toEqual([
      'Ready: nobody has asked for it yet',
    ])
  })

  it('tells a problem with its reason', () => {
    expect(words({ state: { is: 'stuck', problem } })).toEqual(['Stopped for now', 'The disk is full.'])
    expect(words({ state: { is: 'failed', problem } })[0]).toBe('Failed')
  })

  it('counts files while a folder is listed, then bytes', () => {
    const hashing = {
      is: 'hashing',
      filesFound: 1204,
      bytesDone: 0,
      bytesTotal: 0,
      bytesPerSecond: 0,
      secondsLeft: null,
    } as const
    expect(words({ state: hashing })).toEqual(['Counting: 1,204 files so far'])
    const reading = { ...hashing, bytesDone: 50, bytesTotal: 100, bytesPerSecond: 2 ** 20, secondsLeft: 61 }
    expect(words({ state: reading })).toEqual(['Reading and hashing: 50 % at 1.00 MiB/s, 1 min 1 s left'])
    expect(words({ state: { ...reading, secondsLeft: null } })).toEqual([
      'Reading and hashing: 50 % at 1.00 MiB/s',
    ])
  })

  it('does not repeat the number it stands beside', () => {
    const { t } = createTranslator('en')
    const beside = summaryWords(
      fakeShare(1, { size: 100, bytesHeld: 62, peers: 11, fromOthers: 0.83 }),
      t,
      createFormat('en'),
    )
    expect(beside[0]).toBe('Receiving from 11 laptops')
    const sending = fakeShare(1, { ...source, copies: { complete: 3, of: 12 }, safeToLeave: true })
    expect(summaryWords(sending, t, createFormat('en'))).toEqual([
      'A full copy is out: you may close your laptop',
      'Sending to 9 laptops',
    ])
  })
})

const ALL_STATES: readonly Share['state'][] = [
  { is: 'hashing', filesFound: 1, bytesDone: 1, bytesTotal: 2, bytesPerSecond: 1, secondsLeft: 1 },
  { is: 'looking' },
  { is: 'downloading' },
  { is: 'waiting', missingHere: 2 },
  { is: 'paused' },
  { is: 'stuck', problem },
  { is: 'checking', done: 1, total: 4 },
  { is: 'serving' },
  { is: 'stopped' },
  { is: 'failed', problem },
]

describe('every state', () => {
  it.each(ALL_STATES)('has words in both languages and a progress between 0 and 1: $is', (state) => {
    for (const role of ['source', 'download'] as const) {
      const share = fakeShare(1, { state, role, size: 0, parts: 0 })
      expect(progressOf(share)).toBeGreaterThanOrEqual(0)
      expect(progressOf(share)).toBeLessThanOrEqual(1)
      for (const language of ['en', 'ko'] as const) {
        for (const text of words({ state, role }, language))
          expect(text).not.toMatch(/\{\{|state\.|undefined|NaN/)
      }
    }
    expect(tone(fakeShare(1, { state }))).toMatch(/busy|good|warm|quiet/)
  })

  it('offers pause while it runs, resume when it does not, and nothing in between', () => {
    expect(ALL_STATES.map((state) => switchOf(fakeShare(1, { state })))).toEqual([
      undefined,
      'pause',
      'pause',
      'pause',
      'resume',
      'resume',
      undefined,
      'stop',
      'start',
      undefined,
    ])
  })
})
