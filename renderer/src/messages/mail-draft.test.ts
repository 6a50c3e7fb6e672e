import { describe, expect, it } from 'vitest'
import { mailDraft } from './mail-draft.ts'

const share = (name: string, title: string | null = null) => ({ name, title, link: `shoal:${name}` })

describe('a note written as mail', () => {
  it('has its first line for a subject and all of it for a text', () => {
    expect(mailDraft('  See you at five\n\nin the library ', [])).toEqual({
      subject: 'See you at five',
      text: 'See you at five\n\nin the library',
    })
  })

  it('brings what is attached as links, and is named after them when nothing was written', () => {
    expect(mailDraft('', [share('a.pdf'), share('b', '사진')])).toEqual({
      subject: 'a.pdf, 사진',
      text: 'a.pdf\nshoal:a.pdf\n\n사진\nshoal:b',
    })
    expect(mailDraft('Look', [share('a.pdf')]).text).toBe('Look\n\na.pdf\nshoal:a.pdf')
  })

  it('cuts a long subject, and not within a letter', () => {
    const { subject } = mailDraft('👍'.repeat(100), [])
    expect(subject.length).toBeLessThanOrEqual(78)
    expect(subject.isWellFormed()).toBe(true)
    expect(mailDraft('x'.repeat(78), []).subject).toBe('x'.repeat(78))
  })
})
