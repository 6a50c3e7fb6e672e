import { PassThrough } from 'node:stream'
import { expect, it, vi } from 'vitest'
import { VirtualClock } from '../base/index.ts'
import { PARENT_POLL_MS } from './limits.ts'
import { watchParent } from './parent-watch.ts'

it('tells once when the parent’s process id changes', () => {
  const clock = new VirtualClock()
  const onGone = vi.fn<() => void>()
  let ppid = 42
  watchParent({ clock, ppid: () => ppid, onGone })
  clock.advance(10 * PARENT_POLL_MS)
  expect(onGone).not.toHaveBeenCalled()
  ppid = 1
  clock.advance(10 * PARENT_POLL_MS)
  expect(onGone).toHaveBeenCalledTimes(1)
  expect(clock.pending).toBe(0)
})

it('tells once when the parent’s pipe ends, however it ends', async () => {
  for (const end of [(pipe: PassThrough) => pipe.end(), (pipe: PassThrough) => pipe.destroy()]) {
    const stdin = new PassThrough()
    const gone = Promise.withResolvers<void>()
    const onGone = vi.fn<() => void>(gone.resolve)
    watchParent({ stdin, onGone })
    end(stdin)
    await gone.promise
    await new Promise((resolve) => setImmediate(resolve))
    expect(onGone).toHaveBeenCalledTimes(1)
  }
})

it('tells nothing once it was stopped', () => {
  const clock = new VirtualClock()
  const onGone = vi.fn<() => void>()
  const stdin = new PassThrough()
  const stop = watchParent({ clock, stdin, ppid: () => clock.now(), onGone })
  stop()
  stdin.destroy()
  clock.advance(10 * PARENT_POLL_MS)
  expect(onGone).not.toHaveBeenCalled()
})
