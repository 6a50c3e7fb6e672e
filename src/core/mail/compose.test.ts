import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { viewMessage } from '../../client-server/mail/mime/index.ts'
import { composeMessage } from './compose.ts'

const compose = (subject: string, text: string, name = 'Alice'): string =>
  Buffer.from(
    composeMessage({ name, from: 'alice@a.test', to: ['bob@b.test', 'c@c.test'], subject, text }),
  ).toString()

describe('a composed message', () => {
  it('of plain words is plain', () => {
    expect(compose('Hello', 'One\nTwo')).toBe(
      [
        'From: "Alice" <alice@a.test>',
        'To: bob@b.test,',
        '\tc@c.test',
        'Subject: Hello',
        'MIME-Version: 1.0',
        'Content-Type: text/plain; charset=us-ascii',
        'Content-Transfer-Encoding: 7bit',
        '',
        'One',
        'Two',
        '',
      ].join('\r\n'),
    )
  })

  it('is read as it was written, in any alphabet', () => {
    const text = fc
      .string({ unit: 'grapheme', maxLength: 200 })
      .filter((t) => !/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u.test(t))
    fc.assert(
      fc.property(text, text, (subject, body) => {
        const view = viewMessage(Buffer.from(compose(subject, body)))
        expect([view.subject, view.text?.trimEnd()]).toEqual([subject.trim(), body.trimEnd()])
      }),
    )
    const korean = '가'.repeat(100)
    expect(viewMessage(Buffer.from(compose(korean, korean, '김철수')))).toMatchObject({
      subject: korean,
      text: expect.stringContaining(korean),
      from: [{ name: '김철수', address: 'alice@a.test' }],
    })
  })

  it('has ASCII lines of lawful length, whatever is put in, and no field that was smuggled', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (wild) => {
        const [head, body] = compose(`x${wild}\r\nBcc: evil@x.test`, wild, wild).split(/\r\n\r\n([^]*)/)
        expect(head).not.toMatch(/^bcc:/im)
        for (const line of `${head}\r\n${body}`.split('\r\n')) expect(line).toMatch(/^[\t\x20-\x7e]{0,998}$/)
        for (const word of head!.match(/=\?\S+/g) ?? []) expect(word.length).toBeLessThanOrEqual(75)
      }),
    )
  })
})
