import { describe, expect, it } from 'vitest'
import { decodeBase64, decodePlain, isSameMachine } from './login.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

describe('SASL PLAIN', () => {
  it.each([
    ['\0bob\0secret', { name: 'bob', password: 'secret' }],
    ['bob\0bob\0pä ss', { name: 'bob', password: 'pä ss' }],
    ['carol\0bob\0secret', undefined],
    ['\0\0secret', undefined],
    ['\0bob', undefined],
    ['\0bob\0a\0b', undefined],
  ])('%j', (text, credentials) => {
    expect(decodePlain(base64(text))).toEqual(credentials)
  })

  it.each(['A', 'AAA', '!!!!', 'AA==A', '=AAA', 'QUJD\n'])('does not guess at %j', (text) => {
    expect(decodeBase64(text)).toBeUndefined()
  })

  it('is UTF-8 or nothing', () => {
    expect(decodePlain(Buffer.from([0, 0xff, 0, 0x61]).toString('base64'))).toBeUndefined()
  })
})

describe('where plain passwords may pass', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1', true],
    ['::1', '::1', true],
    ['::ffff:127.3.2.1', '::ffff:127.0.0.1', true],
    ['192.168.0.7', '192.168.0.7', true],
    ['192.168.0.8', '192.168.0.7', false],
    ['127x0.0.1', undefined, false],
    ['10.127.0.1', '10.0.0.1', false],
    ['unknown', undefined, false],
  ])('from %s to %s: %s', (remote, local, isHere) => {
    expect(isSameMachine(remote, local)).toBe(isHere)
  })
})
