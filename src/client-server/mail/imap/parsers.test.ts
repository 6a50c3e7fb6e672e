import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isShoalError } from '../../../base/index.ts'
import type { Command } from './command.ts'
import { dayOfField, formatDateTime, parseDateTime, parseDay } from './dates.ts'
import { MAX_RANGES, MAX_SEARCH_DEPTH } from './limits.ts'
import { matchesPattern } from './list-pattern.ts'
import { parseCommand } from './parse-command.ts'
import { Scanner, type Piece } from './scanner.ts'
import { formatSet, LAST, placesOfNumbers, placesOfUids } from './sequence-set.ts'
import { decodeUtf7, encodeUtf7 } from './utf7.ts'

function parse(...pieces: Piece[]): Command {
  const [first = '', ...rest] = pieces
  return parseCommand(new Scanner([` ${String(first)}`, ...rest]))
}

function refusal(...pieces: Piece[]): string {
  try {
    parse(...pieces)
  } catch (error) {
    if (isShoalError(error)) return error.code
    throw error
  }
  return 'taken'
}

describe('modified UTF-7', () => {
  it.each([
    ['INBOX', 'INBOX'],
    ['받은 편지함', '&vBvHQA- &07jJwNVo-'],
    ['a&b', 'a&-b'],
    ['~peter/mail/台北/日本語', '~peter/mail/&U,BTFw-/&ZeVnLIqe-'],
    ['😀', '&2D3eAA-'],
  ])('%j is %j', (name, coded) => {
    expect(encodeUtf7(name)).toBe(coded)
    expect(decodeUtf7(coded)).toBe(name)
  })

  it('gives back every name', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        (name) => void expect(decodeUtf7(encodeUtf7(name))).toBe(name),
      ),
    )
  })

  it.each([
    '&',
    '&abc',
    '&A-',
    '&AA-',
    'ä',
    '&AGE-',
    '&2D0-',
    '&U,BTFw-&ZeVnLIqe-',
    '&!!-',
    '&AGEA-',
    'a\x7f',
  ])('does not take %j: not the one way to write it', (coded) => {
    expect(decodeUtf7(coded)).toBeUndefined()
  })
})

describe('sets of messages', () => {
  it.each<[string, number[], number[]]>([
    ['1', [3, 5], []],
    ['3:5', [3, 5, 9], [0, 1]],
    ['*', [3, 5, 9], [2]],
    ['*:1', [3, 5], [0, 1]],
    ['100:*', [3, 5], [1]],
    ['4:*', [], []],
    ['1:4294967295', [3, 5], [0, 1]],
    ['9,3,3:3,9', [3, 5, 9], [0, 2]],
    ['5:3', [3, 5], [0, 1]],
  ])('%s among the UIDs %j', (text, uids, places) => {
    expect(placesOfUids(new Scanner([text]).sequenceSet(), uids)).toEqual(places)
  })

  it.each<[string, number, number[] | undefined]>([
    ['2:3', 3, [1, 2]],
    ['3:*', 3, [2]],
    ['4:*', 3, undefined],
    ['4', 3, undefined],
    ['1:*', 0, undefined],
    ['*', 0, undefined],
    ['1:4294967295', 3, undefined],
  ])('%s of %d messages', (text, count, places) => {
    expect(placesOfNumbers(new Scanner([text]).sequenceSet(), count)).toEqual(places)
  })

  it('mean the same written down and read again', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (numbers) => {
        const sorted = numbers.toSorted((a, b) => a - b)
        const again = placesOfNumbers(new Scanner([formatSet(sorted)]).sequenceSet(), 60)
        expect(again?.map((place) => place + 1)).toEqual(sorted)
      }),
    )
  })

  it('cost what they cover, not what they say: many ranges over everything', () => {
    const uids = Array.from({ length: 20_000 }, (_, i) => i + 1)
    const set = Array.from({ length: MAX_RANGES }, () => ({ from: 1, to: LAST }))
    expect(placesOfUids(set, uids)).toHaveLength(20_000)
  })

  it.each(['0', '', ',', '1,', '1:', ':', '1:0', '-1', '4294967296', '99999999999999', '1.5', 'a'])(
    '%j is none',
    (text) => {
      expect(refusal(`FETCH ${text} FLAGS`)).toBe('protocol-violation')
    },
  )
})

describe('patterns of LIST', () => {
  it.each<[string, string, boolean]>([
    ['*', 'a/b', true],
    ['%', 'a/b', false],
    ['%', 'a', true],
    ['a/%', 'a/b', true],
    ['a*c', 'a/b/c', true],
    ['%/%', 'a/b', true],
    ['*%', 'a/b', true],
    ['a', 'ab', false],
    ['', 'a', false],
    ['%😀', 'x😀', true],
  ])('%j and %j: %s', (pattern, name, fits) => {
    expect(matchesPattern(name, pattern)).toBe(fits)
  })

  it('take no longer for many wildcards', () => {
    expect(matchesPattern('a'.repeat(200), `${'%*'.repeat(190)}b`)).toBe(false)
  })
})

describe('dates', () => {
  it('of INTERNALDATE are read as they are written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
        expect(parseDateTime(formatDateTime(seconds * 1000))).toBe(seconds * 1000)
      }),
    )
    expect(parseDateTime(' 1-Feb-2020 01:00:00 +0900')).toBe(Date.UTC(2020, 0, 31, 16))
  })

  it.each(['30-Feb-2020', '1-Foo-2020', '1-Jan-20', '', '"1-Jan-2020 00:00:00"'])('%j is no day', (text) => {
    expect(() => parseDay(text)).toThrow(expect.objectContaining({ code: 'protocol-violation' }))
  })

  it('of a field are the day it names, whatever the zone', () => {
    expect(dayOfField('Thu, 1 Jan 1970 23:59:00 -1100')).toBe(0)
    expect(dayOfField('nonsense')).toBeUndefined()
  })
})

describe('commands', () => {
  it.each<[string, Piece[], unknown]>([
    [
      'in any case',
      ['uId fEtCh 1:* (fLaGs)'],
      { is: 'fetch', target: { byUid: true }, items: [{ is: 'flags' }] },
    ],
    [
      'with literals',
      ['LOGIN ', Buffer.from('bob'), ' ', Buffer.from('pä"ss')],
      { is: 'login', user: 'bob', password: 'pä"ss' },
    ],
    ['with quotes', ['LOGIN "b\\"ob" "\\\\"'], { is: 'login', user: 'b"ob', password: '\\' }],
    ['of a folder in UTF-7', ['SELECT "&ZeVnLIqe-"'], { is: 'select', name: '日本語' }],
    ['EXPUNGE', ['EXPUNGE'], { is: 'expunge', uids: undefined }],
    ['UID EXPUNGE', ['UID EXPUNGE 3:4'], { is: 'expunge', uids: [{ from: 3, to: 4 }] }],
    ['LIST', ['LIST "" %/*'], { is: 'list', reference: '', pattern: '%/*' }],
    ['STATUS', ['STATUS INBOX (messages UIDNEXT)'], { is: 'status', items: ['MESSAGES', 'UIDNEXT'] }],
    [
      'STORE',
      ['STORE 1 -flags.silent (\\Deleted $x)'],
      { change: 'remove', isSilent: true, flags: ['\\Deleted', '$x'] },
    ],
    [
      'STORE without brackets',
      ['STORE 1 FLAGS \\Seen x'],
      { change: 'replace', isSilent: false, flags: ['\\Seen', 'x'] },
    ],
    [
      'ID',
      ['ID ("name" "x" "version" NIL)'],
      {
        is: 'id',
        pairs: new Map([
          ['name', 'x'],
          ['version', ''],
        ]),
      },
    ],
    ['ID NIL', ['ID NIL'], { is: 'id', pairs: new Map() }],
    ['AUTHENTICATE', ['AUTHENTICATE plain AGIAYw=='], { mechanism: 'PLAIN', initial: 'AGIAYw==' }],
    [
      'APPEND',
      ['APPEND x (\\Seen) " 1-Jan-1970 00:00:01 +0000" ', Buffer.from('m'), ''],
      { name: 'x', flags: ['\\Seen'], date: 1000 },
    ],
    [
      'SEARCH',
      ['SEARCH CHARSET utf-8 OR NOT SEEN (FROM a 2:* SENTSINCE 1-Jan-1970)'],
      {
        charset: 'utf-8',
        key: {
          is: 'or',
          keys: [
            { is: 'not', key: { is: 'flag', flag: '\\Seen', set: true } },
            {
              is: 'and',
              keys: [
                { is: 'field', name: 'FROM', text: 'a' },
                { is: 'numbers' },
                { is: 'since', day: 0, of: 'sent' },
              ],
            },
          ],
        },
      },
    ],
    ['MOVE', ['UID MOVE 1 Trash'], { is: 'move', to: 'Trash', target: { byUid: true } }],
  ])('%s', (_, pieces, expected) => {
    expect(parse(...pieces)).toMatchObject(expected as object)
  })

  it.each([
    ['BODY[]', 'BODY[]', [], 'all'],
    ['body.peek[1.2.mime]<5.10>', 'BODY[1.2.MIME]<5>', [1, 2], 'mime'],
    ['BODY[HEADER.FIELDS (Subject "X Y")]', 'BODY[HEADER.FIELDS (Subject "X Y")]', [], 'fields'],
    ['BODY[3.HEADER.FIELDS.NOT (a)]', 'BODY[3.HEADER.FIELDS.NOT (a)]', [3], 'fields-not'],
    ['BODY[1.TEXT]', 'BODY[1.TEXT]', [1], 'text'],
    ['RFC822.HEADER', 'RFC822.HEADER', [], 'header'],
  ])('FETCH %s answers as %s', (item, label, path, what) => {
    const command = parse(`FETCH 1 ${item}`)
    expect(command).toMatchObject({ items: [{ is: 'body', label, section: { path, what } }] })
  })

  it.each([
    '',
    'FOO',
    'NOOP x',
    'LOGIN bob',
    'LOGIN bob pw more',
    'LOGIN "bob pw',
    'SELECT',
    'SELECT (',
    'FETCH 1',
    'FETCH 1 ()',
    'FETCH 1 ()x',
    'FETCH 1 FOO',
    'FETCH 1 BODY[',
    'FETCH 1 BODY[]<0>',
    'FETCH 1 BODY[]<0.0>',
    'FETCH 1 BODY[1.]',
    'FETCH 1 BODY[0]',
    'FETCH 1 BODY[MIME]',
    'FETCH 1 BODY[HEADER.FIELDS ()]',
    'FETCH 1 BODY[FOO]',
    'FETCH 1 (FLAGS',
    'FETCH 1 BODY[-1]',
    'STORE 1 FLAGS',
    'STORE 1 FOO (\\Seen)',
    'STORE 1 FLAGS (\\)',
    'SEARCH',
    'SEARCH FOO',
    'SEARCH FROM',
    'SEARCH (ALL',
    'SEARCH OR ALL',
    'SEARCH SINCE yesterday',
    'SEARCH LARGER 99999999999',
    'STATUS INBOX ()',
    'STATUS INBOX (FOO)',
    'APPEND x',
    'APPEND x "bad date" ',
    'COPY 1',
    'UID NOOP',
    'UID',
    'LIST ""',
    'ID (a)',
    'ID ("a")',
    'AUTHENTICATE PLAIN !',
    'CONSTRUCTOR',
    'FETCH 1 CONSTRUCTOR',
    '__PROTO__ 1',
    'SEARCH CONSTRUCTOR',
    'FETCH 1 BODY[CONSTRUCTOR]',
  ])('%j is none', (text) => {
    expect(refusal(text)).toBe('protocol-violation')
  })

  it.each(['SELECT "&"', 'LIST "" "&AGE-"', 'CREATE "caf\xc3\xa9"'])('%j names no folder', (text) => {
    expect(refusal(text)).toBe('bad-name')
  })

  it('are bounded in depth and number of what they search for', () => {
    const deep = (levels: number): string => `SEARCH ${'('.repeat(levels)}ALL${')'.repeat(levels)}`
    expect(refusal(deep(MAX_SEARCH_DEPTH))).toBe('taken')
    expect(refusal(deep(MAX_SEARCH_DEPTH + 1))).toBe('protocol-violation')
    expect(refusal(deep(30_000))).toBe('protocol-violation')
    expect(refusal(`SEARCH ${'NOT '.repeat(15_000)}ALL`)).toBe('protocol-violation')
    expect(refusal(`SEARCH ${'ALL '.repeat(1_000)}ALL`)).toBe('protocol-violation')
    expect(refusal(`FETCH 1 (${'UID '.repeat(200)}UID)`)).toBe('protocol-violation')
    expect(refusal(`FETCH ${'1,'.repeat(MAX_RANGES)}1 UID`)).toBe('protocol-violation')
    expect(refusal(`FETCH 1 BODY[${'1.'.repeat(100)}1]`)).toBe('protocol-violation')
  })

  it('never fail but with a clear refusal, whatever comes', () => {
    const word = fc.constantFrom(
      ...[
        'FETCH',
        'UID',
        'SEARCH',
        'STORE',
        'LOGIN',
        'LIST',
        'APPEND',
        'STATUS',
        'BODY[',
        'HEADER.FIELDS',
        'OR',
        'NOT',
      ],
      ...[
        ' ',
        '(',
        ')',
        '[',
        ']',
        '<',
        '>',
        '"',
        '\\',
        '*',
        '%',
        ':',
        ',',
        '.',
        '1',
        '0',
        '{',
        '}',
        'NIL',
        '\xff',
        '&',
      ],
    )
    const piece = fc.oneof({ weight: 12, arbitrary: word }, { weight: 1, arbitrary: fc.constant(undefined) })
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (words) => {
        const pieces: Piece[] = ['']
        for (const text of words) {
          if (text === undefined) pieces.push(Buffer.from('literal'), '')
          else pieces.push(String(pieces.pop()) + text)
        }
        expect(['taken', 'protocol-violation', 'bad-name']).toContain(refusal(...pieces))
      }),
      { numRuns: 3_000 },
    )
  })
})
