import { expect, test } from 'vitest'
import { VirtualClock } from '../../../base/index.ts'
import { MAX_RATED } from './limits.ts'
import { networkOf, RateLimit } from './rate-limit.ts'

test('networks are what an address is counted as', () => {
  expect(networkOf('192.0.2.7')).toBe(networkOf('::ffff:192.0.2.200'))
  expect(networkOf('192.0.2.7')).not.toBe(networkOf('192.0.3.7'))
  expect(networkOf('2001:db8:0:1::1')).toBe(networkOf('2001:db8:0:2::1'))
  expect(networkOf('2001:db8:1::1')).not.toBe(networkOf('2001:db8:2::1'))
  expect(networkOf('fe80::1%eth0')).toBe(networkOf('fe80::2'))
})

test('the longest unseen are forgotten, so that memory stays bounded', () => {
  const rates = new RateLimit(new VirtualClock(), 1, 1)
  expect([rates.rule('192.0.2.1', 'a'), rates.rule('192.0.2.1', 'a')]).toEqual(['send', 'drop'])
  for (let i = 0; i < MAX_RATED; i++) rates.rule('192.0.2.1', `other ${i}`)
  expect(rates.rule('192.0.2.1', 'a')).toBe('send')
})
