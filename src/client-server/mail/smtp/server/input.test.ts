import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_SKIPPED_BYTES, MAX_TEXT_LINE_BYTES } from '../limits.ts'
import { DataInput, type DataResult } from './data-input.ts'
import { LineInput, type LineToken } from './line-input.ts'

function lines(chunks: readonly string[], maxBytes = 64): (LineToken | string)[] {
  const input = new LineInput()
  const seen: (LineToken | string)[] = []
  for (const chunk of chunks) {
    input.push(Buffer.from(chunk, 'latin1'))
    for (let token = input.next(maxBytes); token; token = input.next(maxBytes)) {
      seen.push(token.is === 'line' ? token.bytes.toString('latin1') : token)
    }
  }
  return seen
}

/** The text cut at every place named. */
function cut(text: string, places: readonly number[]): string[] {
  const at = [0, ...places.map((p) => p % (text.length + 1)).toSorted((a, b) => a - b), text.length]
  return at.slice(1).map((end, i) => text.slice(at[i], end))
}

function data(chunks: readonly string[], maxBytes = 10_000): DataResult | undefined {
  const input = new DataInput(maxBytes)
  let result: DataResult | undefined
  for (const chunk of chunks) {
    if (result && 'rest' in result)
      result = { ...result, rest: Buffer.concat([result.rest, Buffer.from(chunk)]) }
    else result ??= input.push(Buffer.from(chunk, 'latin1'))
  }
  return result
}

const readable = (result: DataResult | undefined) =>
  result?.is === 'message'
    ? { message: result.message.toString('latin1'), rest: result.rest.toString('latin1') }
    : result

describe('lines', () => {
  it('are the same however the network cut them', () => {
    const text = 'EHLO a\r\nMAIL FROM:<>\r\n\r\nRCPT TO:<b@x.test>\r\nrest'
    fc.assert(
      fc.property(fc.array(fc.nat(100)), (places) => {
        expect(lines(cut(text, places))).toEqual(['EHLO a', 'MAIL FROM:<>', '', 'RCPT TO:<b@x.test>'])
      }),
    )
  })

  it.each(['NOOP\n', 'NO\rOP\r\n', 'NOOP\r\r\n', '\n', '\rNOOP\r\n'])(
    'with a lone CR or LF are told: %j',
    (text) => {
      expect(lines([text, 'QUIT\r\n'])).toEqual([{ is: 'bare-line-end' }, 'QUIT'])
    },
  )

  it('that are too long are read over as a whole, and the next one is understood', () => {
    const long = 'x'.repeat(65)
    expect(lines([`${long}\r\nQUIT\r\n`])).toEqual([{ is: 'too-long' }, 'QUIT'])
    expect(lines([...long.repeat(3).split(''), '\r', '\nQU', 'IT\r\n'])).toEqual([{ is: 'too-long' }, 'QUIT'])
    expect(lines([`${'x'.repeat(62)}\r\n`])).toEqual(['x'.repeat(62)])
    expect(lines([`${'x'.repeat(63)}\r\n`])).toEqual([{ is: 'too-long' }])
  })

  it('without an end are not kept', () => {
    const input = new LineInput()
    let flooded = false
    for (let sent = 0; sent <= MAX_SKIPPED_BYTES + 1_000 && !flooded; sent += 1_000) {
      input.push(Buffer.alloc(1_000, 'x'))
      flooded = input.next(64)?.is === 'flood'
      expect(input.pendingBytes).toBe(0)
    }
    expect(flooded).toBe(true)
  })
})

describe('a message', () => {
  it('ends at CRLF.CRLF, loses its stuffed dots, and leaves what follows', () => {
    const text = '.\r\n..\r\n'.replace('.\r\n', 'a\r\n') + '...b\r\n..c.\r\n.\r\nQUIT\r\n'
    fc.assert(
      fc.property(fc.array(fc.nat(100)), (places) => {
        expect(readable(data(cut(text, places)))).toEqual({
          message: 'a\r\n.\r\n..b\r\n.c.\r\n',
          rest: 'QUIT\r\n',
        })
      }),
    )
  })

  it('may be empty', () => {
    expect(readable(data(['.\r\n']))).toEqual({ message: '', rest: '' })
  })

  it.each([
    ['LF.LF', 'a\n.\nMAIL FROM:<>\r\n.\r\n'],
    ['LF.CRLF', 'a\n.\r\nMAIL FROM:<>\r\n.\r\n'],
    ['CRLF.LF', 'a\r\n.\nMAIL FROM:<>\r\n.\r\n'],
    ['CRLF.CR', 'a\r\n.\rMAIL FROM:<>\r\n.\r\n'],
    ['CR.CRLF', 'a\r.\r\nMAIL FROM:<>\r\n.\r\n'],
    ['CR.CR', 'a\r.\rMAIL FROM:<>\r\n.\r\n'],
    ['CRLF LF', 'a\r\n\n.\r\n'],
    ['LF at the very start', '\n.\r\n'],
    ['CRLF NUL .CRLF', 'a\r\n\0.\r\nMAIL FROM:<>\r\n.\r\n'],
  ])('does not end at %s, and is refused for it, at any cut', (name, text) => {
    const fault = name.includes('NUL') ? 'nul' : 'bare-line-end'
    for (let at = 0; at <= text.length; at++) {
      expect(data([text.slice(0, at), text.slice(at)])).toEqual({ is: 'hopeless', fault })
    }
  })

  it('that is too large is read to its end and refused; far too large, given up', () => {
    const line = `${'x'.repeat(98)}\r\n`
    expect(data([...Array<string>(11).fill(line), '.\r\nQUIT\r\n'], 1_000)).toMatchObject({ is: 'refused' })
    expect(data([...Array<string>(10).fill(line), '.\r\n'], 1_000)).toMatchObject({ is: 'message' })
    expect(data(Array<string>(21).fill(line), 1_000)).toEqual({ is: 'hopeless', fault: 'too-large' })
  })

  it('with a line beyond all bounds is given up before the line ends', () => {
    expect(data(['x'.repeat(MAX_TEXT_LINE_BYTES + 1)], 1e6)).toEqual({
      is: 'hopeless',
      fault: 'line-too-long',
    })
    expect(data([`${'x'.repeat(MAX_TEXT_LINE_BYTES)}\r\n`], 1e6)).toMatchObject({ fault: 'line-too-long' })
    expect(data([`${'x'.repeat(1_000)}\r\n.\r\n`], 1e6)).toMatchObject({ is: 'message' })
  })
})
