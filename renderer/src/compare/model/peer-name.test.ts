import { describe, expect, it } from 'vitest'
import { createTranslator } from '../../i18n/index.ts'
import { peerName } from './peer-name.ts'

describe('the name of a downloader', () => {
  it('is a number in words on this laptop, and the laptop’s own elsewhere', () => {
    const [en, ko] = [createTranslator('en').t, createTranslator('ko').t]
    expect([peerName('p12', en), peerName('p12', ko)]).toEqual(['Peer 12', '피어 12'])
    for (const own of ['Mina', 'p', 'p1x', 'Hana’s p1']) expect(peerName(own, en)).toBe(own)
  })
})
