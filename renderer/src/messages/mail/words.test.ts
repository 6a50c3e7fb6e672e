import { describe, expect, it } from 'vitest'
import { parseMailRoute, mailHref, queueHref } from './mail-route.ts'
import { parseRoute } from '../../shell/route.ts'
import { parseRecipients, peopleInFull } from './words.ts'

describe('the address of a page about mail', () => {
  it.each([
    [mailHref(), { account: undefined, view: 'folder', folder: 'INBOX', uid: undefined }],
    [mailHref({ account: 'bob' }), { account: 'bob', view: 'folder', folder: 'INBOX' }],
    [mailHref({ account: 'bob', folder: 'Sent', uid: 12 }), { account: 'bob', folder: 'Sent', uid: 12 }],
    [queueHref('bob'), { account: 'bob', view: 'queue', uid: undefined }],
    ['#/messages/mail/bob/INBOX/0', { uid: undefined }],
    ['#/messages/mail/bob/INBOX/x', { uid: undefined }],
  ])('%s', (href, route) => {
    expect(parseMailRoute(parseRoute(href).rest)).toMatchObject(route)
  })

  it('is none of a conversation', () => {
    expect(parseMailRoute('12D3KooW')).toBeUndefined()
    expect(parseMailRoute(undefined)).toBeUndefined()
  })
})

describe('recipients', () => {
  it('are told apart however they are typed', () => {
    expect(parseRecipients(' a@b.test, c@d.test;e@f.test\n')).toEqual(['a@b.test', 'c@d.test', 'e@f.test'])
    expect(parseRecipients('  ')).toEqual([])
  })

  it('are shown with their address, since a name can be anything', () => {
    expect(peopleInFull([{ name: 'bank@bank.test', address: 'evil@x.test' }])).toBe(
      'bank@bank.test <evil@x.test>',
    )
  })
})
