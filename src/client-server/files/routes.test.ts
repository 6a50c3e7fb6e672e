import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { testFile } from '../../content/test-shares.ts'
import { encodePath, parseRoute } from './routes.ts'

const CID = testFile('x').cid.toString()

describe('a request target', () => {
  it('leads back to the path it was made from, in any script', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .filter((text) => !text.includes('/'))
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (names) => {
        const path = names.join('/').normalize('NFC')
        expect(parseRoute(`/s/${CID}/${encodePath(path)}`)).toMatchObject({ is: 'entry', path })
      }),
    )
  })

  it('finds a name typed in another Unicode form', () => {
    const decomposed = encodePath('한글.txt'.normalize('NFD'))
    expect(parseRoute(`/s/${CID}/${decomposed}`)).toMatchObject({ path: '한글.txt' })
  })

  it.each([
    ['/', 'home'],
    [`/s/${CID}`, 'slash'],
    [`/s/${CID}/`, 'entry'],
    [`/s/${CID}.zip`, 'zip'],
    [`/s/${CID}/?zip`, 'zip'],
    [`/s/${CID}/a/?zip`, 'zip'],
    [`/s/${CID}/a?zip`, 'entry'],
    [`http://host:1/s/${CID}/a`, 'entry'],
    [`/m/${CID}`, 'root'],
    [`/m/${CID}/${'0a'.repeat(32)}`, 'page'],
    [`/b/${CID}`, 'stream'],
    ['/kamuto', 'short'],
    ['/KaMuTo', 'short'],
    ['/kamuto/x', 'nothing'],
    ['/toolonganame', 'nothing'],
    [`/m/${CID}/${'0A'.repeat(32)}`, 'nothing'],
    [`/m/${CID}/${'0a'.repeat(32)}/x`, 'nothing'],
    [`/b/${CID}/`, 'nothing'],
    [`/s/${CID.toUpperCase()}/`, 'nothing'],
    [`/s/${CID.slice(0, -1)}/`, 'nothing'],
    ['/s/', 'nothing'],
    [`/s/${CID}/a%2Fb`, 'nothing'],
    [`/s/${CID}/%ff`, 'nothing'],
    [`/s/${CID}/%`, 'nothing'],
    [`/s/${CID}/${'a'.repeat(1025)}`, 'nothing'],
    [`/s/${CID}/${'a'.repeat(5000)}`, 'too-long'],
    ['', 'nothing'],
    ['*', 'nothing'],
    ['host:443', 'nothing'],
  ])('%s is %s', (target, is) => {
    expect(parseRoute(target).is).toBe(is)
  })

  it('is never followed as a path: dots and slashes stay as they are, and no entry has such names', () => {
    expect(parseRoute(`/s/${CID}/../../etc/passwd`)).toMatchObject({ path: '../../etc/passwd' })
    expect(parseRoute(`/s/${CID}/%2e%2e/x`)).toMatchObject({ path: '../x' })
    expect(parseRoute(`/s/../s/${CID}/`).is).toBe('nothing')
  })

  it('never fails, whatever it is', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseRoute(text)))
    fc.assert(fc.property(fc.string(), (text) => void parseRoute(`/s/${CID}/${text}`)))
  })
})
