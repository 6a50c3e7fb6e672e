import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCoreMessage } from './core-messages.ts'
import { isLink, linkIn } from './deep-links.ts'
import { MAX_LINK_LENGTH } from './limits.ts'

describe('messages of the core', () => {
  it.each([
    { is: 'reveal', path: '/home/a/Downloads' },
    { is: 'pick', id: 7, what: 'folder' },
    { is: 'transferring', transferring: true },
    { is: 'notify', title: 'Done', body: '83 % came from other laptops' },
    { is: 'failed', message: 'another Shoal has this home' },
    { is: 'start-racer', id: 0, options: '{"dir":"/tmp/x"}' },
    { is: 'kill-racer', id: 3 },
  ])('are read as they were sent: %j', (message) => {
    expect(readCoreMessage(message)).toEqual(message)
  })

  it.each([
    null,
    42,
    'reveal',
    {},
    { is: 'open', path: '/bin/sh' },
    { is: 'reveal', path: 'relative' },
    { is: 'reveal', path: '/a\0b' },
    { is: 'reveal', path: `/${'a'.repeat(40_000)}` },
    { is: 'pick', id: 1.5, what: 'file' },
    { is: 'pick', id: 1, what: 'device' },
    { is: 'transferring', transferring: 1 },
    { is: 'notify', title: 'x' },
    { is: 'failed' },
    { is: 'start-racer', id: -1, options: '{}' },
    { is: 'start-racer', id: 1 },
    { is: 'start-racer', id: 1, options: '\0' },
    { is: 'start-racer', id: 1, options: 'x'.repeat(40_000) },
    { is: 'kill-racer', id: '1' },
  ])('are refused when they are not one: %j', (message) => {
    expect(readCoreMessage(message)).toBeUndefined()
  })

  it('never throw, whatever they are', () => {
    const named = fc.constantFrom('reveal', 'pick', 'start-racer', 'kill-racer', 'notify', 'failed', 'x')
    const shaped = fc.record({ is: named, path: fc.anything(), id: fc.anything(), title: fc.anything() })
    fc.assert(
      fc.property(fc.oneof(fc.anything(), shaped), (value) => {
        const message = readCoreMessage(value)
        if (message) expect(message.is).toBe((value as { is: string }).is)
      }),
    )
  })

  it('are cut where they would fill the screen', () => {
    const message = readCoreMessage({ is: 'notify', title: 'x'.repeat(9_999), body: '' })
    expect(message).toEqual({ is: 'notify', title: 'x'.repeat(512), body: '' })
  })
})

describe('links handed over by the system', () => {
  const cid = `bafyrei${'a'.repeat(52)}`

  it('are found among the words of a command line', () => {
    expect(linkIn(['shoal', '--x', `shoal:${cid}`])).toBe(`shoal:${cid}`)
    expect(linkIn([`shoal:${cid}?n=a%20b&s=1&p=/ip4/1.2.3.4/tcp/1`])).toBeDefined()
    expect(linkIn(['shoal', '.'])).toBeUndefined()
  })

  it.each([
    'shoal:',
    `shoal://${cid}`,
    `SHOAL:${cid}`,
    `shoal:${cid}/x`,
    `shoal:${cid}#x`,
    `shoal:${cid}?n=a b`,
    `shoal:${cid}?n=\n`,
    `shoal:${cid.toUpperCase()}`,
    `shoal:${cid}a`,
    `shoal:bafkrei${'a'.repeat(52)}`,
    `shoal:${cid}?${'a'.repeat(MAX_LINK_LENGTH)}`,
    `javascript:alert(1)//shoal:${cid}`,
  ])('are refused unless they keep to the grammar: %s', (text) => {
    expect(isLink(text)).toBe(false)
    expect(linkIn([text])).toBeUndefined()
  })

  it('are refused when there are two, since one of them is not what was clicked', () => {
    expect(linkIn([`shoal:${cid}`, `shoal:${cid}`])).toBeUndefined()
  })
})
