import { describe, expect, it } from 'vitest'
import { seededRandom, VirtualClock } from '../../base/index.ts'
import { Handouts } from './handouts.ts'
import { MAX_OFFERS, OFFER_MS } from './limits.ts'

const file = (name: string) => ({ name, bytes: new Uint8Array([1, 2]) })

function setUp() {
  const clock = new VirtualClock()
  const handouts = new Handouts({ clock, random: seededRandom(1) })
  const offer = (name: string): string => handouts.offer(file(name)).replace('/handout/', '')
  return { clock, handouts, offer }
}

describe('a file handed out', () => {
  it('is there once, for who has the ticket', () => {
    const { handouts, offer, clock } = setUp()
    const ticket = offer('a')
    expect(ticket).toMatch(/^[\w-]{24}$/)
    expect(handouts.take('x')).toBeUndefined()
    expect(handouts.take(ticket)).toEqual(file('a'))
    expect(handouts.take(ticket)).toBeUndefined()
    expect(clock.pending).toBe(0)
  })

  it('is withdrawn after a while, and when too many others were offered since', () => {
    const { handouts, offer, clock } = setUp()
    const old = offer('old')
    clock.advance(OFFER_MS - 1)
    const tickets = Array.from({ length: MAX_OFFERS }, () => offer('new'))
    expect(handouts.take(old)).toBeUndefined()
    expect(handouts.take(tickets[0]!)).toEqual(file('new'))
    clock.advance(OFFER_MS)
    expect(handouts.take(tickets[1]!)).toBeUndefined()
  })

  it('leaves nothing behind when all stops', () => {
    const { handouts, offer, clock } = setUp()
    const ticket = offer('a')
    handouts.stop()
    expect([clock.pending, handouts.take(ticket)]).toEqual([0, undefined])
  })
})
