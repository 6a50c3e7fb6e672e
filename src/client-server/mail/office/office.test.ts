import { describe, expect, it } from 'vitest'
import { inboxOf, openTestHouse } from '../test-house.ts'
import { beginsWithField, countReceived, fieldOf, headOf, mailDate, messageIdOf } from './fields.ts'

const bytes = (text: string): Buffer => Buffer.from(text.replaceAll('\n', '\r\n'))

describe('what somebody writes in the app', () => {
  it('gets what every message needs, and goes the way of all mail', async () => {
    const test = await openTestHouse({ host: 'a.test', accounts: ['alice', 'carol'] })
    const account = test.house.accounts.get('alice')!
    const message = bytes('From: alice@a.test\nSubject: Hi\n\nHello\n')
    const first = await test.house.office.submit({
      account,
      recipients: ['carol@a.test', 'carol@a.test'],
      message,
    })
    const second = await test.house.office.submit({ account, recipients: ['Carol@A.test'], message })
    await expect.poll(() => inboxOf(test, 'carol').length).toBe(2)
    expect(second.messageId).not.toBe(first.messageId)
    expect(inboxOf(test, 'carol')[0]).toMatch(
      /^Return-Path: <alice@a\.test>\r\nReceived: from localhost \(\[127\.0\.0\.1\]\)\r\n\tby a\.test with local id .*;\r\n\t.*\r\nMessage-ID: <.*@a\.test>\r\nDate: .*\r\nFrom: alice/,
    )
  })

  it('is refused at once where nobody here is called so, or the address is none', async () => {
    const test = await openTestHouse({ host: 'a.test', accounts: ['alice'] })
    const account = test.house.accounts.get('alice')!
    const submit = (...recipients: string[]) =>
      test.house.office.submit({ account, recipients, message: bytes('x\n') })
    await expect(submit('nobody@a.test')).rejects.toMatchObject({ code: 'mailbox-missing' })
    await expect(submit('a@b@c')).rejects.toMatchObject({ code: 'bad-mail-address' })
    await expect(submit('x@b.test>\r\nRCPT TO:<evil@x.test')).rejects.toMatchObject({
      code: 'bad-mail-address',
    })
    await expect(submit()).rejects.toMatchObject({ code: 'bad-usage' })
    expect(test.house.queue.list()).toEqual([])
  })
})

describe('fields', () => {
  it('are those of the head alone, unfolded, whatever their case', () => {
    const head = headOf(
      bytes(
        'Subject: one\n two\nMESSAGE-id : <a@b> (x)\nReceived: x\nreceived: y\n\nReceived: z\nTo: body\n',
      ),
    )
    expect(fieldOf(head, 'subject')).toBe('one two')
    expect(messageIdOf(head)).toBe('<a@b>')
    expect(countReceived(head)).toBe(2)
    expect(fieldOf(head, 'To')).toBeUndefined()
  })

  it.each(['<a b@c>', 'a@b', '<>', '<a@b', `<${'x'.repeat(251)}>`, '<\u00e9@b>'])(
    'a Message-ID is not %j',
    (id) => {
      expect(messageIdOf(headOf(bytes(`Message-ID: ${id}\n\n`)))).toBeUndefined()
    },
  )

  it('are there, or not, from the first byte on', () => {
    expect(headOf(bytes('\nSubject: no head\n'))).toBe('')
    expect(headOf(Buffer.alloc(0))).toBe('')
    expect(beginsWithField('X-Any_thing: x')).toBe(true)
    expect(beginsWithField('just text: with a colon')).toBe(false)
  })

  it('write dates as mail does', () => {
    expect(mailDate(Date.UTC(2026, 0, 5, 3, 4, 9))).toBe('Mon, 5 Jan 2026 03:04:09 +0000')
  })
})
