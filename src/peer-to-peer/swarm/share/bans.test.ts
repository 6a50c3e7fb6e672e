import { expect, it } from 'vitest'
import { VirtualClock } from '../../../base/index.ts'
import { Bans } from './bans.ts'

it('keeps a peer away until its time is over, and nobody else', () => {
  const clock = new VirtualClock()
  const bans = new Bans(clock)
  bans.add('mallory', 1000)
  expect([bans.has('mallory'), bans.has('alice')]).toEqual([true, false])
  clock.advance(999)
  expect(bans.has('mallory')).toBe(true)
  clock.advance(1)
  expect(bans.has('mallory')).toBe(false)
})

it('counts from the last time', () => {
  const clock = new VirtualClock()
  const bans = new Bans(clock)
  bans.add('mallory', 1000)
  clock.advance(600)
  bans.add('mallory', 1000)
  clock.advance(600)
  expect(bans.has('mallory')).toBe(true)
})
