import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isShoalError } from '../../base/index.ts'
import { parseTypedAddress } from './typed-address.ts'

const PEER = '12D3KooWGq882nWqXPKwuaRLfJnm1QSQ6vn7HASyYHcsxmzExe9j'

describe('a typed address', () => {
  it.each([
    ['192.168.1.7', '/ip4/192.168.1.7/tcp/42850'],
    [' 192.168.1.7 ', '/ip4/192.168.1.7/tcp/42850'],
    ['192.168.1.7:9', '/ip4/192.168.1.7/tcp/9'],
    ['laptop', '/dns/laptop/tcp/42850'],
    ['laptop.local:5000', '/dns/laptop.local/tcp/5000'],
    ['laptop.local.', '/dns/laptop.local/tcp/42850'],
    ['alice.shoal.internal', '/dnsaddr/alice.shoal.internal'],
    ['alice.shoal.internal:5', '/dns/alice.shoal.internal/tcp/5'],
    ['민수의-노트북.Shoal.internal', '/dnsaddr/xn----377e82ysqb11kowiqwu.shoal.internal'],
    ['é.example', '/dns/xn--9ca.example/tcp/42850'],
    ['fd00::2', '/ip6/fd00::2/tcp/42850'],
    ['[fd00::2]:77', '/ip6/fd00::2/tcp/77'],
    ['[fd00::2]', '/ip6/fd00::2/tcp/42850'],
    ['/ip4/10.0.0.1/tcp/1', '/ip4/10.0.0.1/tcp/1'],
    [`/dns4/a.example/tcp/1/p2p/${PEER}`, `/dns4/a.example/tcp/1/p2p/${PEER}`],
    [`/dnsaddr/a.example/p2p/${PEER}`, `/dnsaddr/a.example/p2p/${PEER}`],
  ])('reads %s', (text, expected) => {
    expect(parseTypedAddress(text, 42_850).toString()).toBe(expected)
  })

  it.each([
    '',
    ' ',
    ':80',
    'a:b',
    'a:0',
    'a:65536',
    'a:123456',
    '1.2.3',
    '1.2.3.4.5',
    '999.1.1.1',
    '-a',
    'a..b',
    'a b',
    'http://a/',
    '[1.2.3.4]:5',
    '[fd00::2',
    'fd00::g',
    '/ip4/10.0.0.1',
    '/ip4/10.0.0.1/udp/1',
    '/ip4/10.0.0.1/tcp/1/p2p/zz',
    '/unix/etc%2Fpasswd',
    '/ip4/10.0.0.1/tcp/1/p2p-circuit',
    'a'.repeat(2000),
    'é .example',
    'é\u0000.example',
  ])('refuses %j', (text) => {
    expect(() => parseTypedAddress(text, 42_850)).toThrow(expect.objectContaining({ code: 'bad-address' }))
  })

  it('reads or refuses anything, and never fails otherwise', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-f:.[\]/a-z]{0,40}$/)), (text) => {
        try {
          parseTypedAddress(text, 42_850)
        } catch (error) {
          expect(isShoalError(error, 'bad-address')).toBe(true)
        }
      }),
    )
  })
})
