import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_SHOWN_ATTACHMENTS } from './limits.ts'
import { attachmentOf, viewMessage } from './view.ts'

function mixed(...parts: readonly string[]): Buffer {
  const body = parts.map((part) => `--x\n${part}\n`).join('')
  const head = 'Content-Type: multipart/mixed; boundary=x\n\n'
  return Buffer.from(`${head}${body}--x--\n`.replaceAll('\n', '\r\n'))
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('base64')
    .replace(/.{76}(?=.)/g, '$&\n')
}

describe('an attachment', () => {
  it('is the bytes that were attached, and as large as was told', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const message = mixed(
          'Content-Type: text/plain\n\nHello',
          `Content-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64\n\n${base64(bytes)}`,
        )
        const [told] = viewMessage(message).attachments
        expect(told).toEqual({ name: 'a.png', type: 'image/png', size: bytes.length })
        const file = attachmentOf(message, 1)
        expect(file?.name).toBe('a.png')
        expect(Buffer.from(file!.bytes).equals(bytes)).toBe(true)
      }),
    )
  })

  it('of a megabyte and more is whole', () => {
    const bytes = Buffer.alloc(3_000_000, 'shoal')
    const message = mixed(
      `Content-Type: application/zip\nContent-Transfer-Encoding: base64\n\n${base64(bytes)}`,
    )
    expect(Buffer.from(attachmentOf(message, 1)!.bytes).equals(bytes)).toBe(true)
  })

  it.each([
    ['quoted-printable', 'a=C3=A4=\nb=00', 'aäb\0'],
    ['7bit', 'as it is', 'as it is'],
    ['8bit', 'ä', 'ä'],
    ['x-unknown', 'as it is', 'as it is'],
  ])('in %s is decoded', (encoding, coded, plain) => {
    const message = mixed(`Content-Type: text/csv\nContent-Disposition: attachment
Content-Transfer-Encoding: ${encoding}\n\n${coded}`)
    expect(Buffer.from(attachmentOf(message, 1)!.bytes).toString()).toBe(plain)
  })

  it('is counted from one on, as they are named', () => {
    const message = mixed(
      'Content-Type: image/png\n\none',
      'Content-Type: text/html\n\n<p>shown',
      'Content-Type: text/html\n\n<p>second',
    )
    expect(viewMessage(message).attachments.map(({ name }) => name)).toEqual(['image.png', 'text.html'])
    expect(attachmentOf(message, 2)).toEqual({ name: 'text.html', bytes: Buffer.from('<p>second') })
    for (const n of [0, 3, -1, 1.5]) expect(attachmentOf(message, n)).toBeUndefined()
  })

  it('may be a text with a name, which is shown as well, and a forwarded message as a whole', () => {
    const message = mixed(
      'Content-Type: text/plain\nContent-Disposition: inline; filename=log.txt\n\nline',
      'Content-Type: message/rfc822\n\nSubject: inner\n\nbody',
    )
    const { text, attachments } = viewMessage(message)
    expect(text).toBe('line')
    expect(attachments.map(({ name }) => name)).toEqual(['log.txt', 'message.eml'])
    expect(Buffer.from(attachmentOf(message, 2)!.bytes).toString()).toBe('Subject: inner\r\n\r\nbody')
  })

  it('is one of so many and no more, and the view says so', () => {
    const parts = Array.from({ length: MAX_SHOWN_ATTACHMENTS + 1 }, () => 'Content-Type: image/png\n\nx')
    const message = mixed(...parts)
    const { attachments, isCut } = viewMessage(message)
    expect([attachments.length, isCut]).toEqual([MAX_SHOWN_ATTACHMENTS, true])
    expect(attachmentOf(message, MAX_SHOWN_ATTACHMENTS + 1)).toBeUndefined()
    expect(viewMessage(mixed(...parts.slice(1))).isCut).toBe(false)
  })

  it('is never the end of anything, whatever the message is', () => {
    const word = fc.constantFrom(
      'Content-Type: ',
      'multipart/mixed; boundary=x',
      'a/b',
      '\r\n',
      '--x',
      '=',
      'é',
    )
    const coded = fc.constantFrom('base64', 'quoted-printable', '7bit')
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), coded, (words, encoding) => {
        const message = mixed(
          `Content-Transfer-Encoding: ${encoding}\nContent-Type: a/b\n\n${words.join('')}`,
          words.join(''),
        )
        const { attachments } = viewMessage(message)
        for (let n = 1; n <= attachments.length; n++) {
          expect(attachmentOf(message, n)!.bytes.length).toBeLessThanOrEqual(message.length)
        }
      }),
    )
  })
})
