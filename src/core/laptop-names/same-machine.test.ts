import { multiaddr } from '@multiformats/multiaddr'
import { expect, test } from 'vitest'
import { isOnThisMachine } from './same-machine.ts'

const interfaces = [{ addresses: [{ address: '192.0.2.2', family: 4 as const, prefix: 24, scopeId: 0 }] }]

test.each([
  ['/ip4/127.0.0.1/tcp/5000', true],
  ['/ip6/::1/tcp/5000', true],
  ['/ip4/192.0.2.2/tcp/5000', true],
  ['/ip4/192.0.2.3/tcp/5000', false],
  ['/dns4/localhost/tcp/5000', false],
])('who is connected from %s is on this machine: %s', (address, expected) => {
  expect(isOnThisMachine([multiaddr(address)], interfaces)).toBe(expected)
})

test('nobody connected is nowhere', () => {
  expect(isOnThisMachine([], interfaces)).toBe(false)
})
