import { expect, it } from 'vitest'
import { VirtualClock } from '../../base/index.ts'
import { Soon } from './soon.ts'

function rig() {
  const clock = new VirtualClock()
  const shown: string[] = []
  const soon = new Soon<string>({ clock, waitMs: 250, show: (item) => shown.push(item) })
  return { clock, shown, soon }
}

it('shows what comes within a moment together, each only once', () => {
  const { clock, shown, soon } = rig()
  soon.add('a')
  clock.advance(249)
  soon.add('b')
  soon.add('a')
  expect(shown).toEqual([])
  clock.advance(1)
  expect(shown).toEqual(['a', 'b'])
})

it('shows nothing later than a moment after it came, however much comes', () => {
  const { clock, shown, soon } = rig()
  for (let i = 0; i < 5; i++) {
    soon.add('a')
    clock.advance(100)
  }
  expect(shown).toEqual(['a'])
  soon.add('b')
  clock.advance(250)
  expect(shown).toEqual(['a', 'a', 'b'])
})

it('takes what is added while it shows for the next time', () => {
  const clock = new VirtualClock()
  const shown: number[] = []
  const soon: Soon<number> = new Soon({
    clock,
    waitMs: 250,
    show: (item) => {
      shown.push(item)
      if (item < 3) soon.add(item + 1)
    },
  })
  soon.add(1)
  clock.advance(250)
  expect(shown).toEqual([1])
  clock.advance(500)
  expect(shown).toEqual([1, 2, 3])
})

it('shows nothing after it is stopped', () => {
  const { clock, shown, soon } = rig()
  soon.add('a')
  soon.stop()
  clock.advance(1000)
  expect(shown).toEqual([])
})
