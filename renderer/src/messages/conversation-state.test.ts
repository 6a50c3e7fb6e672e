import { describe, expect, it } from 'vitest'
import type { DirectMessage } from '../../../src/contract/index.ts'
import { afterUpdate, withOlder } from './conversation-state.ts'

function message(seq: number, change: Partial<DirectMessage> = {}): DirectMessage {
  return {
    id: `m${seq}`,
    peerId: 'p',
    seq,
    mine: false,
    at: seq,
    text: `text ${seq}`,
    delivery: { is: 'delivered' },
    offer: null,
    ...change,
  }
}

const whole = (...messages: DirectMessage[]) => ({ is: 'whole' as const, messages, hasOlder: true })
const changed = (...messages: DirectMessage[]) => ({ is: 'changed' as const, messages, hasOlder: false })

describe('a conversation on screen', () => {
  it('begins whole, and a new whole one replaces it', () => {
    const first = afterUpdate(undefined, whole(message(1), message(2)))
    expect(first).toEqual({ messages: [message(1), message(2)], hasOlder: true })
    expect(afterUpdate(first, whole(message(9))).messages).toEqual([message(9)])
  })

  it('takes up what changed and what is new, in order', () => {
    const first = afterUpdate(undefined, whole(message(1), message(3)))
    const next = afterUpdate(first, changed(message(4), message(1, { text: 'other' })))
    expect(next.messages.map(({ seq, text }) => [seq, text])).toEqual([
      [1, 'other'],
      [3, 'text 3'],
      [4, 'text 4'],
    ])
    expect(next.hasOlder).toBe(true)
  })

  it('shows a message that was sent again once, at its new place', () => {
    const first = afterUpdate(undefined, whole(message(1, { mine: true }), message(2)))
    const next = afterUpdate(first, changed(message(5, { mine: true, id: 'm1' })))
    expect(next.messages.map(({ seq }) => seq)).toEqual([2, 5])
  })

  it('keeps two messages of one id apart when they are of different sides', () => {
    const first = afterUpdate(undefined, whole(message(1, { id: 'x' }), message(2, { id: 'x', mine: true })))
    expect(afterUpdate(first, changed(message(3))).messages.length).toBe(3)
  })

  it('puts earlier pages in front, and a change after that loses none of them', () => {
    const first = afterUpdate(undefined, whole(message(5)))
    const more = withOlder(first, { messages: [message(3), message(4)], hasOlder: false })
    expect(afterUpdate(more, changed(message(6))).messages.map(({ seq }) => seq)).toEqual([3, 4, 5, 6])
    expect(more.hasOlder).toBe(false)
  })
})
