import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../src/base/clock.ts'
import { CoreProcess, type CoreChild } from './core-process.ts'
import { HEALTHY_AFTER_MS, RESTART_DELAYS_MS, STOP_DEADLINE_MS } from './limits.ts'

class Child extends EventEmitter {
  readonly sent: unknown[] = []
  killed = false

  postMessage(message: unknown): void {
    this.sent.push(message)
  }

  kill(): boolean {
    this.killed = true
    this.emit('exit', 137)
    return true
  }
}

function setUp() {
  const clock = new VirtualClock()
  const children: Child[] = []
  const delays: number[] = []
  const core = new CoreProcess({
    fork: () => {
      const child = new Child()
      children.push(child)
      return child as unknown as CoreChild
    },
    after: (ms, callback) => clock.after(ms, callback),
    now: () => clock.now(),
    onStart: () => {},
    onMessage: () => {},
    onCrash: (_code, delayMs) => delays.push(delayMs),
  })
  core.start()
  return { clock, children, delays, core }
}

describe('the core’s process', () => {
  it('is started again after it ended by itself, with growing patience', () => {
    const { clock, children, delays } = setUp()
    for (let crash = 0; crash < RESTART_DELAYS_MS.length + 2; crash++) {
      children.at(-1)!.emit('exit', 1)
      clock.advance(RESTART_DELAYS_MS.at(-1)!)
      expect(children).toHaveLength(crash + 2)
    }
    expect(delays).toEqual([...RESTART_DELAYS_MS, RESTART_DELAYS_MS.at(-1), RESTART_DELAYS_MS.at(-1)])
  })

  it('is forgiven its crashes after it ran for a while', () => {
    const { clock, children, delays } = setUp()
    children[0]!.emit('exit', 1)
    clock.advance(RESTART_DELAYS_MS[0])
    clock.advance(HEALTHY_AFTER_MS)
    children[1]!.emit('exit', 1)
    expect(delays).toEqual([RESTART_DELAYS_MS[0], RESTART_DELAYS_MS[0]])
  })

  it('is asked to stop, and is not started again', async () => {
    const { clock, children, core } = setUp()
    const stopped = core.stop()
    expect(children[0]!.sent).toEqual([{ is: 'stop' }])
    children[0]!.emit('exit', 0)
    await stopped
    clock.advance(3_600_000)
    expect(children).toHaveLength(1)
    expect(children[0]!.killed).toBe(false)
    expect(clock.pending).toBe(0)
  })

  it('is killed when it does not stop in time', async () => {
    const { clock, children, core } = setUp()
    const stopped = core.stop()
    clock.advance(STOP_DEADLINE_MS - 1)
    expect(children[0]!.killed).toBe(false)
    clock.advance(1)
    await stopped
    expect(children[0]!.killed).toBe(true)
  })

  it('stops at once while it waits to be started again', async () => {
    const { clock, children, core } = setUp()
    children[0]!.emit('exit', 1)
    expect(core.send({})).toBe(false)
    await Promise.all([core.stop(), core.stop()])
    clock.advance(3_600_000)
    expect(children).toHaveLength(1)
  })
})
