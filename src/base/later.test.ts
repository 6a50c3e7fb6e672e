import { expect, it } from 'vitest'
import { VirtualClock } from './clock.ts'
import { Later } from './later.ts'

function rig() {
  const clock = new VirtualClock()
  const doneAt: number[] = []
  const later = new Later({ clock, waitMs: 100, work: () => doneAt.push(clock.now()) })
  return { clock, doneAt, later, began: clock.now() }
}

it('does its work once for all who asked within a moment, counted from the first', () => {
  const { clock, doneAt, later, began } = rig()
  for (let i = 0; i < 3; i++) {
    later.ask()
    clock.advance(30)
  }
  expect(doneAt).toEqual([])
  clock.advance(1_000)
  expect(doneAt).toEqual([began + 100])
})

it('does it again for who asks after that, or while it is being done', () => {
  const { clock, doneAt, later } = rig()
  later.ask()
  clock.advance(100)
  later.ask()
  clock.advance(100)
  expect(doneAt).toHaveLength(2)

  let isFirst = true
  const again: Later = new Later({
    clock,
    waitMs: 100,
    work: () => {
      doneAt.push(clock.now())
      if (isFirst) again.ask()
      isFirst = false
    },
  })
  again.ask()
  clock.advance(1_000)
  expect(doneAt).toHaveLength(4)
})

it('does nothing once it is cancelled, until somebody asks anew', () => {
  const { clock, doneAt, later } = rig()
  later.ask()
  later.cancel()
  clock.advance(1_000)
  expect(doneAt).toEqual([])
  later.ask()
  clock.advance(100)
  expect(doneAt).toHaveLength(1)
})

it('does nothing any more once it is stopped, whoever asks', () => {
  const { clock, doneAt, later } = rig()
  later.ask()
  later.stop()
  later.ask()
  clock.advance(1_000)
  expect(doneAt).toEqual([])
})
