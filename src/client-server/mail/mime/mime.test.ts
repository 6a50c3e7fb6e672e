import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAddresses } from './addresses.ts'
import { decodedBytes, decodeText } from './decode.ts'
import { messageIdOf, parseFields } from './fields.ts'
import { MAX_CANDIDATES, MAX_DEPTH, MAX_PARTS } from './limits.ts'
import { parseParameterValue } from './parameters.ts'
import { countLines, findPart, parseParts, type Part } from './parts.ts'
import { viewMessage } from './view.ts'

function bytes(text: string): Buffer {
  return Buffer.from(text.replace(/\r?\n/g, '\r\n'))
}

function bodyOf(message: Buffer, part: Part | undefined): string | undefined {
  return part && message.subarray(part.body.start, part.body.end).toString()
}

function countParts(part: Part): number {
  const inside = [...part.children, ...(part.message ? [part.message] : [])]
  return inside.reduce((sum, child) => sum + countParts(child), 1)
}

describe('the fields of a head', () => {
  it('are unfolded, and end at the empty line', () => {
    const fields = parseFields(bytes('Subject: a\n b\n\tc\nX:\nno field\n: neither\n\nTo: body\n'))
    expect(fields.map(({ name, value }) => [name, value])).toEqual([
      ['Subject', 'a b\tc'],
      ['X', ''],
    ])
    expect(fields[0]!.raw).toBe('Subject: a\r\n b\r\n\tc\r\n')
  })

  it('give back every byte of a head that is made of fields', () => {
    const name = fc.stringMatching(/^[A-Za-z-]{1,12}$/)
    const line = fc.stringMatching(/^[\x21-\x7e][\x20-\x7e]{0,30}$/)
    const field = fc.tuple(name, fc.array(line, { minLength: 1, maxLength: 3 }))
    fc.assert(
      fc.property(fc.array(field, { maxLength: 8 }), (list) => {
        const text = list.map(([key, lines]) => `${key}: ${lines.join('\r\n ')}\r\n`).join('')
        const fields = parseFields(Buffer.from(`${text}\r\nbody`))
        expect(fields.map(({ raw }) => raw).join('')).toBe(text)
        expect(fields.map(({ value }) => value)).toEqual(list.map(([, lines]) => lines.join(' ').trim()))
      }),
    )
  })

  it('name the message', () => {
    expect(messageIdOf(bytes('message-id:\n <a@b>\n\n'))).toBe('<a@b>')
    expect(messageIdOf(bytes('Message-ID: a@b\n\n'))).toBeUndefined()
    expect(messageIdOf(bytes('Subject: x\n\nMessage-ID: <a@b>\n'))).toBeUndefined()
  })
})

describe('addresses', () => {
  it.each<[string, unknown[]]>([
    ['alice@a.test', [[undefined, 'alice', 'a.test']]],
    ['Alice <alice@a.test>', [['Alice', 'alice', 'a.test']]],
    [
      '"A, \\"B\\"" <a@a.test>, b@b',
      [
        ['A, "B"', 'a', 'a.test'],
        [undefined, 'b', 'b'],
      ],
    ],
    ['alice@a.test (Alice (A.))', [['Alice (A.)', 'alice', 'a.test']]],
    ['Alice B. (x) <@r.test,@s:alice@a.test>', [['Alice B.', 'alice', 'a.test']]],
    ['"a b"@[10.0.0.1]', [[undefined, 'a b', '[10.0.0.1]']]],
    [
      'Team: a@b, c@d;, e@f',
      [
        [undefined, 'Team', undefined],
        [undefined, 'a', 'b'],
        [undefined, 'c', 'd'],
        [undefined, undefined, undefined],
        [undefined, 'e', 'f'],
      ],
    ],
    [
      'undisclosed-recipients:;',
      [
        [undefined, 'undisclosed-recipients', undefined],
        [undefined, undefined, undefined],
      ],
    ],
    ['<>', [[undefined, '', '']]],
    ['alice', [[undefined, 'alice', '']]],
    ['=?utf-8?q?=C3=A4?= <a@b>', [['=?utf-8?q?=C3=A4?=', 'a', 'b']]],
    ['a@b@c', [[undefined, 'a@b', 'c']]],
    [', ,', []],
    ['', []],
  ])('%j', (text, expected) => {
    expect(parseAddresses(text).map(({ name, mailbox, host }) => [name, mailbox, host])).toEqual(expected)
  })

  it('survive anything', () => {
    const word = fc.constantFrom('<', '>', '@', ',', ';', ':', '"', '\\', '(', ')', '[', ']', ' ', 'a', 'é')
    fc.assert(fc.property(fc.array(word, { maxLength: 60 }), (words) => void parseAddresses(words.join(''))))
  })
})

describe('a value with parameters', () => {
  it.each<[string, unknown]>([
    ['text/plain; charset=utf-8', ['text/plain', [['charset', 'utf-8']]]],
    [
      'Text/HTML ; Charset = "a;b" (why); x=y',
      [
        'text/html',
        [
          ['charset', 'a;b'],
          ['x', 'y'],
        ],
      ],
    ],
    ['attachment; filename="a \\"b\\".txt"', ['attachment', [['filename', 'a "b".txt']]]],
    ['text/plain; ; =x; a; b=c', ['text/plain', [['b', 'c']]]],
    ['a; b=/x?y=z', ['a', [['b', '/x?y']]]],
    ['', undefined],
    [';', undefined],
  ])('%j', (text, expected) => {
    const parsed = parseParameterValue(text)
    expect(parsed && [parsed.value, parsed.parameters]).toEqual(expected)
  })
})

const NESTED = bytes(`Content-Type: multipart/mixed; boundary=out

preamble
--out

first
--outer is no delimiter
--out
Content-Type: multipart/alternative; boundary="in"

--in
Content-Type: text/plain

plain
--in
Content-Type: text/html

<p>
--in--
--out
Content-Type: message/rfc822

Subject: inner
Content-Type: multipart/mixed; boundary=deep

--deep

inner text
--deep--
--out--
epilogue
`)

describe('the tree of parts', () => {
  it('is numbered as IMAP numbers it', () => {
    const root = parseParts(NESTED)
    const at = (...path: number[]): string | undefined => bodyOf(NESTED, findPart(root, path))
    expect(at(1)).toBe('first\r\n--outer is no delimiter')
    expect(at(2, 1)).toBe('plain')
    expect(at(2, 2)).toBe('<p>')
    expect(at(3, 1)).toBe('inner text')
    expect([at(4), at(0), at(1, 1), at(2, 3), at(3, 2)]).toEqual(Array(5).fill(undefined))
  })

  it('has one part, 1, when the message is no multipart', () => {
    const message = bytes('Subject: s\n\nbody\n')
    expect(bodyOf(message, findPart(parseParts(message), [1]))).toBe('body\r\n')
    expect(findPart(parseParts(message), [2])).toBeUndefined()
  })

  it.each([
    ['no boundary', 'Content-Type: multipart/mixed\n\n--x\n\na\n'],
    ['a boundary that never comes', 'Content-Type: multipart/mixed; boundary=x\n\nnothing\n'],
    ['an empty boundary', 'Content-Type: multipart/mixed; boundary=""\n\n--\n\na\n'],
    ['a boundary of 300 characters', `Content-Type: multipart/mixed; boundary=${'x'.repeat(300)}\n\n`],
    ['the last delimiter alone', 'Content-Type: multipart/mixed; boundary=x\n\n--x--\n'],
  ])('has one empty part for a multipart with %s', (_, text) => {
    const root = parseParts(bytes(text))
    expect(root.children.map(({ type, body }) => [type, body.end - body.start])).toEqual([['text', 0]])
  })

  it('takes what is there when the message was cut off', () => {
    const message = bytes('Content-Type: multipart/mixed; boundary=x\n\n--x\n\na\n--x\n\nb')
    const root = parseParts(message)
    expect(root.children.map((part) => bodyOf(message, part))).toEqual(['a', 'b'])
  })

  it('counts lines', () => {
    expect(
      ['', 'a', 'a\n', 'a\nb', '\n\n'].map((text) =>
        countLines(bytes(text), { start: 0, end: bytes(text).length }),
      ),
    ).toEqual([0, 1, 1, 2, 2])
  })

  it('stops at a depth, and leaves the rest as bytes', () => {
    let text = 'end'
    for (let i = 0; i < 400; i++)
      text = `Content-Type: multipart/mixed; boundary=b${i}x\n\n--b${i}x\n${text}\n--b${i}x--\n`
    let part: Part | undefined = parseParts(bytes(text))
    let depth = 0
    for (; part.children.length > 0; depth++) part = part.children[0]!
    expect(depth).toBe(MAX_DEPTH)
    expect(part.subtype).toBe('octet-stream')
    const mails = 'Content-Type: message/rfc822\n\n'.repeat(2_000)
    expect(countParts(parseParts(bytes(mails)))).toBe(MAX_DEPTH + 1)
  })

  it('has so many parts and no more', () => {
    const text = `Content-Type: multipart/mixed; boundary=x\n\n${'--x\n\na\n'.repeat(50_000)}`
    expect(countParts(parseParts(bytes(text)))).toBeLessThanOrEqual(MAX_PARTS)
  })

  it('gives up on what only looks like delimiters', () => {
    const fake = (count: number): Buffer =>
      bytes(`Content-Type: multipart/mixed; boundary=x\n\n${'--xz\n'.repeat(count)}--x\n\nreal\n--x--\n`)
    const few = fake(MAX_CANDIDATES - 2)
    expect(parseParts(few).children.map((part) => bodyOf(few, part))).toEqual(['real'])
    const many = fake(MAX_CANDIDATES)
    expect(parseParts(many).children.map((part) => bodyOf(many, part))).toEqual([''])
  })

  it('survives anything, and every part lies within the message', () => {
    const word = fc.constantFrom(
      'Content-Type: ',
      'multipart/mixed; boundary=x',
      'message/rfc822',
      '\r\n',
      '\r\n\r\n',
      '--x',
      '--x--',
      '\n',
      'a',
      ':',
      '"',
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), (words) => {
        const message = Buffer.from(words.join(''))
        const check = (part: Part, { start, end }: { start: number; end: number }): void => {
          expect(part.head.start).toBeGreaterThanOrEqual(start)
          expect(part.head.end).toBe(part.body.start)
          expect(part.body.end).toBeLessThanOrEqual(end)
          expect(part.body.end).toBeGreaterThanOrEqual(part.body.start)
          for (const child of [...part.children, ...(part.message ? [part.message] : [])])
            check(child, part.body)
        }
        check(parseParts(message), { start: 0, end: message.length })
      }),
      { numRuns: 300 },
    )
  })
})

describe('text for people', () => {
  it.each([
    ['=?utf-8?B?7JWI64WV?=', '안녕'],
    ['=?EUC-KR?B?vsiz5w==?=', '안녕'],
    ['=?utf-8?q?a_b=C3=A4?= =?utf-8?q?c?= d', 'a bäc d'],
    ['=?utf-8*en?q?x?=', 'x'],
    ['=?no-such?q?=C3=A4?=', 'ä'],
    ['=?utf-8?x?y?= plain', '=?utf-8?x?y?= plain'],
    [Buffer.from('ä').toString('latin1'), 'ä'],
    ['=?utf-8?B?!!!?=', ''],
  ])('decodes %j', (coded, plain) => {
    expect(decodeText(coded)).toBe(plain)
  })

  it.each([
    ['quoted-printable', 'a=C3=A4  \n=3D b=\nc\n', 'aä\r\n= bc\r\n'],
    ['base64', 'w6Q\n=\nYQ', 'ä'],
    ['7bit', 'a  \n', 'a  \r\n'],
  ])('takes off %s', (encoding, coded, plain) => {
    const message = bytes(`Content-Transfer-Encoding: ${encoding}\n\n${coded}`)
    expect(Buffer.from(decodedBytes(message, parseParts(message))).toString()).toMatch(
      new RegExp(`^${plain.replace(/[=+]/g, '\\$&')}`),
    )
  })

  it('is read in one pass, blanks without end included', () => {
    const message = bytes(`Content-Transfer-Encoding: quoted-printable\n\n${' '.repeat(900_000)}x`)
    expect(decodedBytes(message, parseParts(message)).length).toBeGreaterThan(800_000)
  })
})

describe('a message for people', () => {
  it('has text, HTML and attachments apart', () => {
    const view = viewMessage(NESTED)
    expect(view).toMatchObject({ text: 'first\r\n--outer is no delimiter\nplain', html: '<p>', isCut: false })
    expect(view.attachments).toEqual([
      { name: 'message.eml', type: 'message/rfc822', size: expect.any(Number) },
    ])
  })

  it.each([
    ['filename="../../etc/passwd"', 'passwd'],
    ['filename="C:\\\\x\\\\evil.exe"', 'evil.exe'],
    ['filename=".."', 'application.pdf'],
    ['filename="a\u202egpj.exe"', 'agpj.exe'],
    ["filename*=utf-8''%ec%95%88.txt", '안.txt'],
    ["filename*0*=utf-8''a%20; filename*1=b.txt", 'a b.txt'],
    ['filename="=?utf-8?q?=C3=A4?="', 'ä'],
    ['x=y', 'application.pdf'],
  ])('names an attachment %s as %s', (disposition, name) => {
    const view = viewMessage(
      bytes(`Content-Type: application/pdf\nContent-Disposition: attachment; ${disposition}\n\nx`),
    )
    expect(view.attachments[0]!.name).toBe(name)
  })

  it('shows names as they are, without what turns text round', () => {
    const view = viewMessage(
      bytes('From: "a\u202eb\0" <x@y>\nSubject: a\0\u2066b\nDate: Thu, 13 Nov 2025 10:00:00 +0900 (KST)\n\n'),
    )
    expect(view).toMatchObject({
      from: [{ name: 'ab', address: 'x@y' }],
      subject: 'ab',
      date: Date.UTC(2025, 10, 13, 1),
    })
  })

  it('survives anything', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => {
        viewMessage(
          Buffer.concat([Buffer.from('Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n'), noise]),
        )
      }),
    )
  })
})
