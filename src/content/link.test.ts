import fc from 'fast-check'
import { CID } from 'multiformats/cid'
import { base58btc } from 'multiformats/bases/base58'
import { create } from 'multiformats/hashes/digest'
import { describe, expect, test } from 'vitest'
import { rawCid } from './cid.ts'
import { refusal } from './hostile.ts'
import { MAX_LINK_LENGTH } from './limits.ts'
import { formatLink, parseLink } from './link.ts'
import type { Link } from './link.ts'
import { nameFault, toPortableName } from './names.ts'
import { testFile } from './test-shares.ts'

const { cid } = testFile('hello\n', 'hello.txt')
const CID_TEXT = 'bafyreies2i6gyxabx7g5nrnr4uhwabh7pflp3dyeiibuhccuusorfr3dii'
const PEER = '/ip4/192.168.0.7/tcp/42850/p2p/12D3KooWGRUkwAhkBv2JmPjLkSYoT8aG1ZsJ1rPs2bLq3dUu2YkR'
const bare: Link = { cid, peers: [], origins: [], trackers: [] }

describe('a link', () => {
  test('may be the CID alone', () => {
    expect(formatLink(bare)).toBe(`shoal:${CID_TEXT}`)
    expect(parseLink(`shoal:${CID_TEXT}`)).toEqual(bare)
  })

  test('holds all hints in one order, escaped so that shells and chats leave it whole', () => {
    const link: Link = {
      cid,
      name: "한글 & it's (1).txt",
      size: 6,
      peers: [PEER, '/dns4/laptop.local/tcp/42850'],
      origins: ['http://192.168.0.7:8420', 'http://[fe80::1]:8420'],
      trackers: ['https://tracker.example/shoal'],
    }
    const text =
      `shoal:${CID_TEXT}?n=%ED%95%9C%EA%B8%80%20%26%20it%27s%20%281%29.txt&s=6` +
      `&p=${PEER}&p=/dns4/laptop.local/tcp/42850` +
      '&h=http://192.168.0.7:8420&h=http://%5Bfe80::1%5D:8420&t=https://tracker.example/shoal'
    expect(formatLink(link)).toBe(text)
    expect(parseLink(text)).toEqual(link)
  })

  test('comes back from its text as it was', () => {
    const links = fc.record(
      {
        cid: fc.constant(cid),
        name: fc.string({ unit: 'binary', maxLength: 60 }).map((text) => toPortableName(text)),
        size: fc.maxSafeNat(),
        peers: fc.array(
          fc.oneof(
            fc
              .tuple(fc.ipV4(), fc.integer({ min: 0, max: 65535 }))
              .map(([host, port]) => `/ip4/${host}/tcp/${port}`),
            fc.domain().map((host) => `/dns4/${host}/tcp/1`),
          ),
          { maxLength: 8 },
        ),
        origins: fc.array(
          fc.domain().map((host) => new URL(`http://${host}:8420`).origin),
          { maxLength: 4 },
        ),
        trackers: fc.array(
          fc.webUrl().map((url) => new URL(url).href),
          { maxLength: 4 },
        ),
      },
      { requiredKeys: ['cid', 'peers', 'origins', 'trackers'] },
    )
    fc.assert(
      fc.property(links, (link) => {
        const text = formatLink(link)
        expect(parseLink(text)).toEqual(link)
        expect(formatLink(parseLink(text))).toBe(text)
        expect(text).toMatch(/^[A-Za-z0-9:?=&%/._~-]+$/)
      }),
    )
  })

  test('may have keys that nobody knows yet, which are ignored', () => {
    expect(parseLink(`shoal:${CID_TEXT}?x=1&n=a&x=2&N=b&flag=`)).toEqual({ ...bare, name: 'a' })
  })

  test('keeps a plus sign and needs no escapes where a query needs none', () => {
    expect(parseLink(`shoal:${CID_TEXT}?n=a+b@c;d,e!(f)$g`).name).toBe('a+b@c;d,e!(f)$g')
    expect(parseLink(`shoal:${CID_TEXT}?n=%61%2Btxt`).name).toBe('a+txt')
  })
})

describe('a link is refused', () => {
  const upper = `shoal:${CID_TEXT.toUpperCase()}`
  const other = (code: number, hash: number, length: number) =>
    CID.createV1(code, create(hash, new Uint8Array(length).fill(7)))
  test.each([
    ['empty text', ''],
    ['another scheme', `http:${CID_TEXT}`],
    ['no scheme', CID_TEXT],
    ['the scheme alone', 'shoal:'],
    ['slashes', `shoal://${CID_TEXT}`],
    ['an upper-case scheme', `Shoal:${CID_TEXT}`],
    ['space before', ` shoal:${CID_TEXT}`],
    ['space after', `shoal:${CID_TEXT} `],
    ['a line end after', `shoal:${CID_TEXT}\n`],
    ['a line end after the values', `shoal:${CID_TEXT}?n=a\n`],
    ['space inside', `shoal: ${CID_TEXT}`],
    ['a path', `shoal:${CID_TEXT}/a`],
    ['a fragment', `shoal:${CID_TEXT}#a`],
    ['a fragment after the values', `shoal:${CID_TEXT}?n=a#b`],
    ['an upper-case CID', upper],
    ['a CID in base58', `shoal:${cid.toString(base58btc)}`],
    ['a CID of version 0', `shoal:${CID.createV0(create(0x12, new Uint8Array(32))).toString()}`],
    ['a CID of raw bytes', `shoal:${rawCid(new Uint8Array(32)).toString()}`],
    ['a CID of dag-pb', `shoal:${other(0x70, 0x12, 32).toString()}`],
    ['a CID of another hash', `shoal:${other(0x71, 0x16, 32).toString()}`],
    ['a CID of a short hash', `shoal:${other(0x71, 0x12, 20).toString()}`],
    ['a CID of an identity hash', `shoal:${other(0x71, 0x00, 32).toString()}`],
    ['a CID with a character less', `shoal:${CID_TEXT.slice(0, -1)}`],
    ['a CID with a character more', `shoal:${CID_TEXT}a`],
    ['a CID with bits that do not count', `shoal:${CID_TEXT.slice(0, -1)}j`],
    ['a CID with a digit that base32 has not', `shoal:${CID_TEXT.slice(0, -1)}1`],
    ['a question mark alone', `shoal:${CID_TEXT}?`],
    ['two marks', `shoal:${CID_TEXT}??n=a`],
    ['an empty pair', `shoal:${CID_TEXT}?n=a&`],
    ['a key without a value', `shoal:${CID_TEXT}?n`],
    ['a value without a key', `shoal:${CID_TEXT}?=a`],
    ['an escaped key', `shoal:${CID_TEXT}?%6E=a`],
    ['a broken escape', `shoal:${CID_TEXT}?n=%4`],
    ['an escape that is not hexadecimal', `shoal:${CID_TEXT}?n=%zz`],
    ['escapes that are not UTF-8', `shoal:${CID_TEXT}?n=%FF`],
    ['an escaped surrogate', `shoal:${CID_TEXT}?n=%ED%A0%80`],
    ['a broken escape under an unknown key', `shoal:${CID_TEXT}?x=%`],
    ['characters that must be escaped', `shoal:${CID_TEXT}?n=가`],
    ['a space', `shoal:${CID_TEXT}?n=a b`],
    ['a NUL', `shoal:${CID_TEXT}?n=a\0`],
    ['an escaped NUL', `shoal:${CID_TEXT}?n=a%00`],
    ['a name that leads out', `shoal:${CID_TEXT}?n=..%2Fx`],
    ['a device as name', `shoal:${CID_TEXT}?n=nul`],
    ['an empty name', `shoal:${CID_TEXT}?n=`],
    ['two names', `shoal:${CID_TEXT}?n=a&n=a`],
    ['two sizes', `shoal:${CID_TEXT}?s=1&s=1`],
    ['an empty size', `shoal:${CID_TEXT}?s=`],
    ['a negative size', `shoal:${CID_TEXT}?s=-1`],
    ['a fractional size', `shoal:${CID_TEXT}?s=1.5`],
    ['a size with zeros before', `shoal:${CID_TEXT}?s=01`],
    ['a size in hexadecimal', `shoal:${CID_TEXT}?s=0x10`],
    ['a size with an exponent', `shoal:${CID_TEXT}?s=1e3`],
    ['a size of 2^53', `shoal:${CID_TEXT}?s=9007199254740992`],
    ['a size of twenty digits', `shoal:${CID_TEXT}?s=99999999999999999999`],
    ['an address that is none', `shoal:${CID_TEXT}?p=192.168.0.1:80`],
    ['an address with a bad IP', `shoal:${CID_TEXT}?p=/ip4/256.0.0.1/tcp/1`],
    ['an address with a bad port', `shoal:${CID_TEXT}?p=/ip4/1.2.3.4/tcp/65536`],
    ['an address with a bad peer', `shoal:${CID_TEXT}?p=/ip4/1.2.3.4/tcp/1/p2p/x`],
    ['an address of an unknown protocol', `shoal:${CID_TEXT}?p=/carrier/pigeon`],
    ['an address that ends in a slash', `shoal:${CID_TEXT}?p=/ip4/1.2.3.4/tcp/1/`],
    ['an address with a space', `shoal:${CID_TEXT}?p=/dns4/a%20b/tcp/1`],
    ['a Unix socket', `shoal:${CID_TEXT}?p=/unix/var/run/docker.sock`],
    [
      'a peer without a host',
      `shoal:${CID_TEXT}?p=/p2p/12D3KooWGRUkwAhkBv2JmPjLkSYoT8aG1ZsJ1rPs2bLq3dUu2YkR`,
    ],
    ['an empty address', `shoal:${CID_TEXT}?p=`],
    ['a long address', `shoal:${CID_TEXT}?p=/dns4/${'a'.repeat(600)}/tcp/1`],
    ['33 addresses', `shoal:${CID_TEXT}?${Array(33).fill('p=/ip4/1.2.3.4/tcp/1').join('&')}`],
    ['an origin with a path', `shoal:${CID_TEXT}?h=http://a/b`],
    ['an origin with a slash', `shoal:${CID_TEXT}?h=http://a/`],
    ['an origin with a user', `shoal:${CID_TEXT}?h=http://u:p@a`],
    ['an origin with the default port', `shoal:${CID_TEXT}?h=http://a:80`],
    ['an origin of another scheme', `shoal:${CID_TEXT}?h=ftp://a`],
    ['a script', `shoal:${CID_TEXT}?h=javascript:alert(1)`],
    ['a file', `shoal:${CID_TEXT}?h=file:///etc/passwd`],
    ['an origin without a host', `shoal:${CID_TEXT}?h=http://`],
    ['an origin with a line end', `shoal:${CID_TEXT}?h=http://a%0A`],
    ['a tracker with a user', `shoal:${CID_TEXT}?t=http://u@a/x`],
    ['a tracker with a query', `shoal:${CID_TEXT}?t=http://a/x?y`],
    ['a tracker with an empty query', `shoal:${CID_TEXT}?t=http://a/x?`],
    ['a tracker with a fragment', `shoal:${CID_TEXT}?t=http://a/%23x`],
    ['a tracker with dots', `shoal:${CID_TEXT}?t=http://a/b/../c`],
    ['nine trackers', `shoal:${CID_TEXT}?${Array(9).fill('t=http://a').join('&')}`],
    ['65 values', `shoal:${CID_TEXT}?${Array(65).fill('x=1').join('&')}`],
    ['more text than a link has', `shoal:${CID_TEXT}?x=${'y'.repeat(MAX_LINK_LENGTH)}`],
    ['megabytes', 'shoal:'.padEnd(4_000_000, '%&?=')],
  ])('for %s', (_, text) => {
    expect(refusal(() => parseLink(text))).toBe('bad-link')
  })

  test('by the formatter when the parser would refuse it', () => {
    const wrong: Partial<Link>[] = [
      { cid: rawCid(new Uint8Array(32)) },
      { name: 'a/b' },
      { size: -1 },
      { size: 0.5 },
      { size: Number.NaN },
      { peers: ['x'] },
      { origins: ['http://a/b'] },
      { trackers: ['a'] },
      { trackers: Array<string>(9).fill('http://a') },
      { peers: Array.from({ length: 32 }, () => `/dns4/${'a.'.repeat(200)}b/tcp/1`) },
    ]
    for (const change of wrong) expect(refusal(() => formatLink({ ...bare, ...change }))).toBe('bad-link')
  })
})

test('whatever text comes is a link that can be written again, or refused', () => {
  const unit = fc.constantFrom(
    'shoal:',
    CID_TEXT,
    '?',
    '&',
    '=',
    'n',
    's',
    'p',
    'h',
    't',
    '%',
    '2',
    '/',
    'http://a',
    '/ip4/1.2.3.4',
    'é',
    ' ',
    '\0',
  )
  const afterCid = fc.string({ unit, maxLength: 12 }).map((rest) => `shoal:${CID_TEXT}?${rest}`)
  fc.assert(
    fc.property(
      fc.oneof(afterCid, fc.string({ unit, maxLength: 8 }), fc.string({ unit: 'binary' })),
      (text) => {
        const outcome = refusal(() => {
          const link = parseLink(text)
          expect(parseLink(formatLink(link))).toEqual(link)
          if (link.name !== undefined) expect(nameFault(link.name)).toBeUndefined()
        })
        expect(['accepted', 'bad-link']).toContain(outcome)
      },
    ),
    { numRuns: 3000 },
  )
})
