import { expect, it } from 'vitest'
import { memoryTransports } from './memory-link.ts'

it('two ends that never stop answering leave timers their turn', async () => {
  const [left, right] = memoryTransports()
  let frames = 0
  let isStopped = false
  right.onFrame(() => right.send('pong'))
  left.onFrame(() => {
    // Bounded, so that starvation is a failure and not a hang.
    if (!isStopped && ++frames < 1_000_000) left.send('ping')
  })
  left.send('ping')
  await new Promise((resolve) => setTimeout(resolve, 0))
  isStopped = true
  expect(frames).toBeLessThan(1_000_000)
})

it('frames come in order, never within send, and before the end', async () => {
  const [left, right] = memoryTransports()
  const seen: unknown[] = []
  left.send('before anyone listens')
  right.onFrame((frame) => seen.push(frame))
  for (let i = 0; i < 200; i++) left.send(String(i))
  expect(seen).toEqual([])
  left.close()
  left.send('too late')
  await new Promise<void>((resolve) => right.onClose(() => resolve()))
  expect(seen).toEqual(['before anyone listens', ...Array.from({ length: 200 }, (_, i) => String(i))])
})
