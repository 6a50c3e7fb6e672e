import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { literalAddress, parseAddress, parseDomain, requireAddress } from './address.ts'
import { parsePath } from './path.ts'

describe('an address', () => {
  it.each([
    ['alice@alpha.shoal.internal', 'alice', 'alpha.shoal.internal'],
    ['Alice.B+tag@ALPHA.Shoal.Internal', 'Alice.B+tag', 'alpha.shoal.internal'],
    ['"a b"@x.test', 'a b', 'x.test'],
    [String.raw`"a\"b\\c@d>"@x.test`, String.raw`a"b\c@d>`, 'x.test'],
    ['a@[127.0.0.1]', 'a', '[127.0.0.1]'],
    ['a@[IPv6:FE80::1]', 'a', '[IPv6:fe80::1]'],
    ['a@localhost', 'a', 'localhost'],
    ["o'neil!#$%&*/=?^_`{|}~@x.test", "o'neil!#$%&*/=?^_`{|}~", 'x.test'],
  ])('is read from %s', (text, local, domain) => {
    expect(parseAddress(text)).toMatchObject({ local, domain, needsUtf8: false })
  })

  it.each([
    '',
    'alice',
    '@x.test',
    'a@',
    'a@b@c',
    '.a@x.test',
    'a.@x.test',
    'a..b@x.test',
    'a b@x.test',
    'a@x..test',
    'a@.test',
    'a@x.test.',
    'a@-x.test',
    'a@x-.test',
    'a@x_y.test',
    'a@127.0.0.1',
    'a@[127.0.0.1',
    'a@[300.0.0.1]',
    'a@[IPv6:fe80::1%eth0]',
    'a@[x.test]',
    '"a@x.test',
    '"a"b@x.test',
    '""@x.test',
    '"a\tb"@x.test',
    'a,b@x.test',
    'a:b@x.test',
    'a;b@x.test',
    'a(c)@x.test',
    '<a@x.test>',
    'a@x.test>',
    'a@x.test ',
    ' a@x.test',
    'a@x.test\r\nRCPT TO:<evil@x.test',
    'a\r\n@x.test',
    'a@x.test\0',
    'a\x7f@x.test',
    '김@x.test',
    'a@학교.test',
    `${'a'.repeat(65)}@x.test`,
    `a@${'b'.repeat(64)}.test`,
    `a@${'b.'.repeat(127)}test`,
  ])('is not %j', (text) => {
    expect(parseAddress(text)).toBeUndefined()
  })

  it('takes other alphabets where SMTPUTF8 is spoken, and asks for it only for the local part', () => {
    const utf8 = { utf8: true }
    expect(parseAddress('김철수@학교.test', utf8)).toMatchObject({ local: '김철수', needsUtf8: true })
    expect(parseAddress('a@학교.test', utf8)).toMatchObject({ domain: 'xn--9d0b527e.test', needsUtf8: false })
    expect(parseAddress('a\u202eb@x.test', utf8)).toBeUndefined()
    expect(parseAddress('a\ud800@x.test', utf8)).toBeUndefined()
    expect(parseAddress('😀@x.test', utf8)).toMatchObject({ local: '😀' })
  })

  it('allows exactly the lengths of RFC 5321 §4.5.3.1', () => {
    expect(parseAddress(`${'a'.repeat(64)}@x.test`)).toBeDefined()
    expect(parseDomain(`${'b'.repeat(63)}.test`)).toBeDefined()
    const longest = `${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}`
    expect(parseAddress(`${'a'.repeat(62)}@${longest}`)).toBeDefined()
    expect(parseAddress(`${'a'.repeat(63)}@${longest}`)).toBeUndefined()
    expect(parseAddress(`${'김'.repeat(22)}@x.test`, { utf8: true })).toBeUndefined()
  })

  it('means the same after it was written and read again', () => {
    const local = fc.string({ unit: fc.integer({ min: 32, max: 126 }).map((c) => String.fromCharCode(c)) })
    fc.assert(
      fc.property(local, (text) => {
        const quoted = `"${text.replace(/["\\]/g, '\\$&')}"@x.test`
        const address = parseAddress(quoted)
        if (!address) expect(text === '' || quoted.length > 60).toBe(true)
        else expect([address.local, parseAddress(address.text)]).toEqual([text, address])
      }),
    )
  })

  it('never holds a line end or another control character, whatever it was read from', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.boolean(), (text, utf8) => {
        const address = parseAddress(`${text}@x.test`, { utf8 }) ?? parseAddress(`a@${text}`, { utf8 })
        expect(address?.text ?? '').not.toMatch(/\p{Cc}/u)
      }),
    )
  })

  it('a literal names its IP address', () => {
    expect(literalAddress('[127.0.0.1]')).toBe('127.0.0.1')
    expect(literalAddress('[IPv6:::1]')).toBe('::1')
    expect(literalAddress('x.test')).toBeUndefined()
  })

  it('that a person mistyped is an error with a code', () => {
    expect(requireAddress(' a@x.test ').text).toBe('a@x.test')
    expect(() => requireAddress('a@')).toThrow(expect.objectContaining({ code: 'bad-mail-address' }))
  })
})

describe('a path', () => {
  it.each([
    ['<>', { is: 'null' }, ''],
    ['<> SIZE=1', { is: 'null' }, ' SIZE=1'],
    ['<Postmaster>', { is: 'postmaster' }, ''],
    ['<a@x.test> BODY=8BITMIME', { address: { text: 'a@x.test' } }, ' BODY=8BITMIME'],
    ['<@relay.test,@[10.0.0.1]:a@x.test>', { address: { text: 'a@x.test' } }, ''],
    ['<"a>b"@x.test>', { address: { local: 'a>b' } }, ''],
    [String.raw`<"a\"> b"@x.test>`, { address: { local: 'a"> b' } }, ''],
  ])('is read from %s', (text, path, rest) => {
    expect(parsePath(text)).toMatchObject({ path, rest })
  })

  it.each([
    '',
    'a@x.test',
    '<a@x.test',
    'a@x.test>',
    '<a@x.test>SIZE=1',
    '<<a@x.test>>',
    '<a@x.test><b@x.test>',
    '<a b@x.test>',
    '<@relay.test>',
    '<@relay.test:>',
    '<@relay.test;a@x.test>',
    '<relay.test:a@x.test>',
    '< a@x.test>',
    '<"a@x.test>',
    `<${'a'.repeat(300)}@x.test>`,
  ])('is not %j', (text) => {
    expect(parsePath(text)).toBeUndefined()
  })
})
