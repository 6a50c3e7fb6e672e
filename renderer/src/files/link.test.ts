import { describe, expect, it } from 'vitest'
import { fakeCid, fakeLink } from '../testing/fake-people.ts'
import { findLink, previewLink } from './link.ts'

const LINK = fakeLink(3, '사진 2026', 1234)

describe('a typed link', () => {
  it('shows what it offers', () => {
    expect(previewLink(LINK)).toEqual({ link: LINK, name: '사진 2026', size: 1234, hasServer: false })
    expect(previewLink(`shoal:${fakeCid(1)}?h=http://10.0.0.1:8420`)?.hasServer).toBe(true)
    expect(previewLink(`shoal:${fakeCid(1)}`)).toMatchObject({ name: undefined, size: undefined })
  })

  it.each([` ${LINK}\n`, `"${LINK}"`, `<${LINK}>`, `“${LINK}”`])(
    'is taken with what a chat puts around it: %s',
    (text) => {
      expect(previewLink(text)?.link).toBe(LINK)
    },
  )

  it.each([
    '',
    'shoal:',
    'shoal:abc',
    'https://example.com',
    `${LINK} and more`,
    'x'.repeat(100_000),
    LINK.slice(0, 40),
  ])('is refused when it is none: %s', (text) => expect(previewLink(text)).toBeUndefined())
})

describe('a pasted text', () => {
  it('gives the link within it, without the sentence’s own full stop', () => {
    const bare = `shoal:${fakeCid(2)}`
    expect(findLink(`Here it is: ${bare}. See you!`)?.link).toBe(bare)
    expect(findLink(`(${bare})`)?.link).toBe(bare)
    expect(findLink(`take\n${LINK}\nor not`)?.link).toBe(LINK)
  })

  it('gives nothing when there is none', () => {
    expect(findLink('a shoal: of fish')).toBeUndefined()
    expect(findLink('')).toBeUndefined()
  })
})
