import { describe, expect, it } from 'vitest'
import { VirtualClock } from './clock.ts'
import { sleep, withDeadline } from './deadline.ts'

describe('VirtualClock', () => {
  it('runs what is due in order of time, then of registration, and shows each its own time', () => {
    const clock = new VirtualClock()
    const seen: string[] = []
    clock.after(20, () => seen.push(`b${clock.now()}`))
    clock.after(10, () => {
      seen.push(`a${clock.now()}`)
      clock.after(5, () => seen.push(`c${clock.now()}`))
    })
    clock.after(20, () => seen.push(`d${clock.now()}`))
    clock.advance(30)
    expect(seen).toEqual(['a10', 'c15', 'b20', 'd20'])
    expect(clock.now()).toBe(30)
  })

  it('repeats until stopped', () => {
    const clock = new VirtualClock()
    let ticks = 0
    const stop = clock.every(10, () => ticks++)
    clock.advance(35)
    stop()
    clock.advance(100)
    expect(ticks).toBe(3)
    expect(clock.pending).toBe(0)
  })
})

describe('deadlines', () => {
  it('rejects with timeout even when the work ignores its signal', async () => {
    const clock = new VirtualClock()
    const outcome = withDeadline(50, 'the answer', () => new Promise(() => {}), { clock }).catch(
      (e: unknown) => e,
    )
    await clock.advanceAsync(50)
    expect(await outcome).toMatchObject({ code: 'timeout', data: { ms: 50 } })
  })

  it('passes on the caller’s own reason and leaves no timer behind', async () => {
    const clock = new VirtualClock()
    const caller = new AbortController()
    const outcome = withDeadline(50, 'x', (signal) => sleep(1000, { signal, clock }), {
      clock,
      signal: caller.signal,
    }).catch((e: unknown) => e)
    caller.abort(new Error('enough'))
    expect(await outcome).toMatchObject({ message: 'enough' })
    expect(clock.pending).toBe(0)
  })
})
