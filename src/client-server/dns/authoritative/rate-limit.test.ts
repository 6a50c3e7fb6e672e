import { expect, test } from 'vitest'
import { VirtualClock } from '../../../base/index.ts'
import { MAX_RATED } from './limits.ts'
import { RateLimit } from './rate-limit.ts'

test.each([
  ['192.0.2.7', '::ffff:192.0.2.200', '192.0.3.7'],
  ['2001:db8:0:1::1', '2001:db8:0:2::1', '2001:db8:1::1'],
])('%s and %s are counted as one network, %s as another', (first, same, other) => {
  const rates = new RateLimit(new VirtualClock(), 1, 1)
  expect(rates.rule(first, 'a')).toBe('send')
  expect(rates.rule(same, 'a')).not.toBe('send')
  expect(rates.rule(other, 'a')).toBe('send')
})

test('the longest unseen are forgotten, so that memory stays bounded', () => {
  const rates = new RateLimit(new VirtualClock(), 1, 1)
  expect([rates.rule('192.0.2.1', 'a'), rates.rule('192.0.2.1', 'a')]).toEqual(['send', 'drop'])
  for (let i = 0; i < MAX_RATED; i++) rates.rule('192.0.2.1', `other ${i}`)
  expect(rates.rule('192.0.2.1', 'a')).toBe('send')
})
