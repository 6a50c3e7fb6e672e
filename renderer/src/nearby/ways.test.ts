import { describe, expect, it } from 'vitest'
import { createTranslator } from '../i18n/index.ts'
import { foundWords } from './ways.ts'

const { t } = createTranslator('en')

describe('how somebody was found', () => {
  it('names every way, and one it does not know as it is called', () => {
    expect(foundWords(['mdns', 'dht', 'carrier-pigeon'], t)).toBe('found by mDNS, DHT, carrier-pigeon')
  })

  it('says that this laptop was found when it did not find the other itself', () => {
    expect(foundWords([], t)).toBe('found this laptop')
  })
})
