import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../src/base/clock.ts'
import { MAX_RACERS, RACER_END_MS } from './limits.ts'
import { Racers, type RacersOptions } from './racers.ts'

class Child extends EventEmitter {
  readonly options: string
  readonly ports: unknown[] = []
  killed = false

  constructor(options: string) {
    super()
    this.options = options
  }

  postMessage(_message: unknown, ports: unknown[]): void {
    this.ports.push(...ports)
  }

  kill(): boolean {
    this.killed = true
    this.emit('exit', 15)
    return true
  }
}

function setUp() {
  const clock = new VirtualClock()
  const children: Child[] = []
  const told: unknown[] = []
  const racers = new Racers({
    fork: (options: string) => {
      children.push(new Child(options))
      return children.at(-1)!
    },
    channel: () => ({ port1: 'core’s end', port2: 'racer’s end' }),
    tell: (message: unknown, ports: unknown) => told.push(ports === undefined ? message : [message, ports]),
    after: (ms: number, callback: () => void) => clock.after(ms, callback),
  } as unknown as RacersOptions)
  return { clock, children, told, racers }
}

describe('the racers of the core', () => {
  it('are each joined with the core by a channel of their own', () => {
    const { children, told, racers } = setUp()
    racers.start(7, '{"dir":"/tmp/a"}')
    expect(children.map(({ options, ports }) => [options, ports])).toEqual([
      ['{"dir":"/tmp/a"}', ['racer’s end']],
    ])
    expect(told).toEqual([[{ is: 'racer', id: 7 }, ['core’s end']]])
  })

  it('are ended at once when the core says so, and the core is told of every end', () => {
    const { children, told, racers } = setUp()
    racers.start(1, '{}')
    racers.start(2, '{}')
    racers.kill(1)
    racers.kill(9)
    expect(children.map(({ killed }) => killed)).toEqual([true, false])
    children[1]!.emit('exit', 3)
    expect(told.slice(2)).toEqual([
      { is: 'racer-gone', id: 1, reason: 'it ended with code 15' },
      { is: 'racer-gone', id: 2, reason: 'it ended with code 3' },
    ])
  })

  it('are not started twice, nor more of them than a race has', () => {
    const { children, told, racers } = setUp()
    racers.start(0, '{}')
    racers.start(0, '{}')
    expect(children).toHaveLength(1)
    for (let id = 1; id <= MAX_RACERS; id++) racers.start(id, '{}')
    expect(children).toHaveLength(MAX_RACERS)
    expect(told.at(-1)).toEqual({ is: 'racer-gone', id: MAX_RACERS, reason: 'too many racers' })
    children[0]!.emit('exit', 0)
    racers.start(MAX_RACERS, '{}')
    expect(children).toHaveLength(MAX_RACERS + 1)
  })

  it('of a core that is gone may clean up, are killed if they do not end, and are no matter of the next core’s', async () => {
    const { clock, children, told, racers } = setUp()
    racers.start(1, '{}')
    racers.start(2, '{}')
    const ended = racers.end()
    racers.start(1, '{}')
    const before = told.length
    children[0]!.emit('exit', 0)
    clock.advance(RACER_END_MS - 1)
    expect(children[1]!.killed).toBe(false)
    clock.advance(1)
    await ended
    expect(children.map(({ killed }) => killed)).toEqual([false, true, false])
    expect(told).toHaveLength(before)
    expect(clock.pending).toBe(0)
  })

  it('that are none end at once', async () => {
    const { clock, racers } = setUp()
    await racers.end()
    expect(clock.pending).toBe(0)
  })
})
