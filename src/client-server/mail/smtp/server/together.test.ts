import { expect, it } from 'vitest'
import { VirtualClock } from '../../../../base/index.ts'
import { MAX_TOGETHER_MS } from '../limits.ts'
import { Together } from './together.ts'

function open() {
  const clock = new VirtualClock()
  const together = new Together(clock)
  const gone: number[] = []
  const arrive = (n: number): void => void together.ready().then(() => gone.push(n))
  return { clock, together, gone, arrive }
}

it('a message alone waits for nobody', async () => {
  const { clock, together, gone, arrive } = open()
  together.begin()
  arrive(1)
  await clock.advanceAsync(0)
  expect([gone, clock.pending]).toEqual([[1], 0])
})

it('messages wait for each other, and for one that does not come', async () => {
  const { clock, together, gone, arrive } = open()
  for (let i = 0; i < 3; i++) together.begin()
  arrive(1)
  arrive(2)
  await clock.advanceAsync(0)
  expect(gone).toEqual([])
  together.cancel()
  await clock.advanceAsync(0)
  expect([gone, clock.pending]).toEqual([[1, 2], 0])
})

it('nobody waits long for one that is slow', async () => {
  const { clock, together, gone, arrive } = open()
  together.begin()
  together.begin()
  arrive(1)
  await clock.advanceAsync(MAX_TOGETHER_MS)
  expect(gone).toEqual([1])
  arrive(2)
  await clock.advanceAsync(0)
  expect(gone).toEqual([1, 2])
})
