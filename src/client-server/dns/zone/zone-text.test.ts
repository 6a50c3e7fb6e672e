import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CLASS, Name } from '../wire/index.ts'
import { anyRecord, name, plain } from '../wire/test-messages.ts'
import { formatRecord, formatZone } from './record-text.ts'
import { parseZoneText, readZoneText } from './zone-text.ts'

const origin = name('example.com.')

const lines = (text: string): string[] => parseZoneText(text, origin).map(formatRecord)

const problems = (text: string): string[] =>
  readZoneText(text, origin).problems.map(({ line, problem }) => `${line}: ${problem}`)

describe('a zone file', () => {
  test('is read as in RFC 1035 §5.3', () => {
    const text = `
$ORIGIN example.com.
$TTL 1h ; an hour
@   IN  SOA     VENERA      Action\\.domains (
                                 20     ; SERIAL
                                 7200   ; REFRESH
                                 600    ; RETRY
                                 3600000; EXPIRE
                                 60)    ; MINIMUM

        NS      A.ISI.EDU.
        NS      VENERA
        MX      10      VENERA
        600 IN MX 20 VAXA
        IN 700 MX 30 VAXA
A       A       26.3.0.103
VENERA  A       10.1.0.52
        A       128.9.0.32
        aaaa    2001:DB8:0::1
_http._tcp 30 SRV 0 5 80 www
$ORIGIN sub
www TXT one "two; three" "a \\"quote\\" \\\\ \\200"
`
    expect(lines(text)).toEqual([
      'example.com. 3600 IN SOA VENERA.example.com. Action\\.domains.example.com. 20 7200 600 3600000 60',
      'example.com. 3600 IN NS A.ISI.EDU.',
      'example.com. 3600 IN NS VENERA.example.com.',
      'example.com. 3600 IN MX 10 VENERA.example.com.',
      'example.com. 600 IN MX 20 VAXA.example.com.',
      'example.com. 700 IN MX 30 VAXA.example.com.',
      'A.example.com. 3600 IN A 26.3.0.103',
      'VENERA.example.com. 3600 IN A 10.1.0.52',
      'VENERA.example.com. 3600 IN A 128.9.0.32',
      'VENERA.example.com. 3600 IN AAAA 2001:db8::1',
      '_http._tcp.example.com. 30 IN SRV 0 5 80 www.example.com.',
      'www.sub.example.com. 3600 IN TXT "one" "two; three" "a \\"quote\\" \\\\ \\200"',
    ])
  })

  test('may write any type as bytes, also one that has a shape (RFC 3597 §5)', () => {
    expect(lines('a 60 IN TYPE65280 \\# 3 aabb cc\nb 60 TYPE1 \\# 4 C0000201\nc 60 CAA \\# 0')).toEqual([
      'a.example.com. 60 IN TYPE65280 \\# 3 aabbcc',
      'b.example.com. 60 IN A 192.0.2.1',
      'c.example.com. 60 IN CAA \\# 0',
    ])
  })

  test('uses the last time to live where none is said, and the minimum of the SOA before any', () => {
    expect(
      lines('@ SOA a b 1 2 3 4 77\n@ NS ns\nns 5 A 192.0.2.1\nx A 192.0.2.2').map(
        (line) => line.split(' ')[1],
      ),
    ).toEqual(['77', '77', '5', '5'])
  })

  test('reads the names of types where an owner could stand', () => {
    // An owner called `ns`, and a line that continues.
    expect(lines('ns 60 A 192.0.2.1\n   60 TXT a')).toEqual([
      'ns.example.com. 60 IN A 192.0.2.1',
      'ns.example.com. 60 IN TXT "a"',
    ])
  })

  test.each([
    ['a 60 A 192.0.2.256', '1: no IPv4 address: 192.0.2.256'],
    ['a 60 A', '1: the address is missing'],
    ['a 60 A 192.0.2.1 192.0.2.2', '1: more than belongs to the record: 192.0.2.2'],
    ['\na 60 AAAA 1::2::3', '2: no IPv6 address: 1::2::3'],
    ['a 60 MX mail', '1: the preference is no number up to 65535: mail'],
    ['a 60 MX 65536 mail', '1: the preference is no number up to 65535: 65536'],
    ['a 60 SRV 0 0 80', '1: the target is missing'],
    ['a 60 TXT', '1: a text is missing'],
    [`a 60 TXT ${'x'.repeat(256)}`, '1: a string has more than 255 octets'],
    ['a 60 CAA 0 issue "x"', '1: CAA is written as bytes: \\# LENGTH HEXADECIMAL'],
    ['a 60 TYPE65280 \\# 2 aabbcc', '1: the data has 3 octets, not 2'],
    ['a 60 TYPE65280 \\# 2 aabz', '1: the data is not hexadecimal'],
    ['a 60 A \\# 3 aabbcc', '1: an address has 3 octets, not 4'],
    ['a 60 CH A 192.0.2.1', '1: the class CH is not served'],
    ['a 60 WHAT x', '1: no type of record: WHAT'],
    ['a 60 IN', '1: the type of the record is missing'],
    ['a A 192.0.2.1', '1: no time to live: write $TTL first'],
    [' 60 A 192.0.2.1', '1: the first record names no owner'],
    ['a..b 60 A 192.0.2.1', '1: two dots in a row, or one at the start'],
    ['a 60 TXT "open', '1: a quotation mark is not closed'],
    ['a 60 TXT ( a\nb', '1: a parenthesis is not closed'],
    ['a 60 TXT a )', '1: a closing parenthesis without an opening one'],
    ['a 60 TXT \\999', '1: \\999 is no octet'],
    ['$INCLUDE /etc/passwd', '1: $INCLUDE is not understood'],
    ['$GENERATE 1-9 a$ A 192.0.2.$', '1: $GENERATE is not understood'],
    ['$TTL soon', '1: no time to live: soon'],
    ['$TTL 1 2', '1: $TTL takes one word'],
    ['a 4294967296 A 192.0.2.1', '1: no type of record: 4294967296'],
  ])('tells what is wrong: %s', (text, problem) => {
    expect(problems(text)).toContain(problem)
    expect(() => parseZoneText(text, origin)).toThrow(expect.objectContaining({ code: 'bad-zone' }))
  })

  test('tells every mistake with its line, up to twenty', () => {
    expect(problems('$TTL 1\na A x\nb A 192.0.2.1\nc A y')).toEqual([
      '2: no IPv4 address: x',
      '4: no IPv4 address: y',
    ])
    expect(problems('a A x\n'.repeat(100))).toHaveLength(20)
  })

  test('is refused when too long, before it is read', () => {
    expect(problems(' '.repeat(1024 * 1024 + 1))).toEqual(['0: the file is too long'])
    expect(problems(`$TTL 1\n${'a A 192.0.2.1\n'.repeat(20_001)}`)).toEqual([
      '20002: more than 20000 records',
    ])
    expect(problems(`a 1 TXT ${'x '.repeat(5_000)}`)).toEqual(['1: the entry is too long'])
  })

  test('of any records survives text', () => {
    const records = fc.array(anyRecord(undefined, undefined, fc.constant(CLASS.IN)), {
      minLength: 1,
      maxLength: 8,
    })
    fc.assert(
      fc.property(records, (them) => {
        expect(plain(parseZoneText(formatZone(origin, them), Name.root))).toEqual(plain(them))
      }),
      { numRuns: 500 },
    )
  })

  test('of any text is records or mistakes, never more', () => {
    const word = fc.constantFrom(
      '$TTL',
      '$ORIGIN',
      'IN',
      'A',
      'TXT',
      'SOA',
      '(',
      ')',
      ';',
      '"',
      '\\',
      '\n',
      ' ',
      '\t',
      '@',
      '.',
      '1h',
      '192.0.2.1',
      '\\#',
      'a.b',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fc.oneof(word, fc.string({ maxLength: 3 })), { maxLength: 40 }).map((it) => it.join(' ')),
        ),
        (text) => {
          readZoneText(text, origin)
        },
      ),
      { numRuns: 3_000 },
    )
  })
})

describe('a mistake', () => {
  test.each([
    ['a 1 A 1.2.3', 'bad-ipv4', { text: '1.2.3' }],
    ['a 1 MX x mail', 'bad-number', { field: 'preference', most: 65_535, text: 'x' }],
    ['a 1 SRV 1 2 3', 'field-missing', { field: 'target' }],
    ['a 1 TYPE65280 \\# 2 00', 'wrong-length', { is: 1, said: 2 }],
    ['$INCLUDE x', 'unknown-directive', { text: '$INCLUDE' }],
    ['a 1 NS (', 'paren-not-closed', {}],
  ])('has a code and the facts for a sentence: %s', (text, code, data) => {
    expect(readZoneText(text, origin).problems).toMatchObject([{ line: 1, code, data }])
  })

  test('of a name or of data keeps the words it came with', () => {
    const [name] = readZoneText(`${'x'.repeat(64)} 1 A 192.0.2.1`, origin).problems
    expect(name).toMatchObject({ code: 'bad-name', data: { text: name!.problem } })
  })
})
