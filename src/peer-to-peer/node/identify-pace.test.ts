import type { Connection } from '@libp2p/interface'
import { beforeEach, describe, expect, it } from 'vitest'
import { seededRandom, silentLogger, VirtualClock } from '../../base/index.ts'
import { IdentifyPace } from './identify-pace.ts'
import { IDENTIFY_AT_ONCE, IDENTIFY_LATEST_MS, IDENTIFY_LOOK_MS, IDENTIFY_WHEN_CALM } from './limits.ts'

/** However the moments fall, a look lies within this. */
const ONE_LOOK_MS = 1.5 * IDENTIFY_LOOK_MS

describe('who connects is asked who it is', () => {
  let clock: VirtualClock
  let network: EventTarget & { getConnections(): Connection[] }
  let busy: number
  let asked: Connection[]
  let pace: IdentifyPace
  let connected: Connection[]

  beforeEach(() => {
    clock = new VirtualClock()
    connected = []
    network = Object.assign(new EventTarget(), { getConnections: () => connected })
    busy = 1
    asked = []
    begin()
  })

  function begin(): void {
    pace = new IdentifyPace({
      libp2p: network,
      identify: async (connection) => {
        asked.push(connection)
        throw new Error('it does not say')
      },
      utilization: () => busy,
      clock,
      random: seededRandom(1),
      log: silentLogger,
    })
  }

  function tell(type: 'connection:open' | 'connection:close', connection: Connection): void {
    network.dispatchEvent(new CustomEvent(type, { detail: connection }))
  }

  function open(count: number): Connection[] {
    const opened = Array.from({ length: count }, () => ({ remotePeer: 'somebody' }) as unknown as Connection)
    for (const connection of opened) tell('connection:open', connection)
    return opened
  }

  it('at once when it comes alone, however much there is to do', () => {
    expect(asked).toEqual(open(1))
  })

  it('at once when it was there before', () => {
    pace.stop()
    connected = [{ remotePeer: 'somebody' } as unknown as Connection]
    begin()
    expect(asked).toEqual(connected)
  })

  it('when there is nothing better to do, if many come together', async () => {
    const opened = open(IDENTIFY_AT_ONCE + 3 * IDENTIFY_WHEN_CALM)
    expect(asked).toHaveLength(IDENTIFY_AT_ONCE)
    await clock.advanceAsync(10 * ONE_LOOK_MS)
    expect(asked).toHaveLength(IDENTIFY_AT_ONCE)
    busy = 0.1
    const perLook: number[] = []
    for (let before = asked.length; asked.length < opened.length; before = asked.length) {
      await clock.advanceAsync(IDENTIFY_LOOK_MS / 10)
      if (asked.length > before) perLook.push(asked.length - before)
    }
    expect(perLook).toEqual([IDENTIFY_WHEN_CALM, IDENTIFY_WHEN_CALM, IDENTIFY_WHEN_CALM])
    expect(asked).toEqual(opened)
  })

  it('after a while where there always is, each at a moment of its own', async () => {
    open(IDENTIFY_AT_ONCE + 8)
    await clock.advanceAsync(IDENTIFY_LATEST_MS - ONE_LOOK_MS)
    expect(asked).toHaveLength(IDENTIFY_AT_ONCE)
    await clock.advanceAsync(IDENTIFY_LATEST_MS / 2)
    expect(asked.length).toBeGreaterThan(IDENTIFY_AT_ONCE + 1)
    expect(asked.length).toBeLessThan(IDENTIFY_AT_ONCE + 7)
    await clock.advanceAsync(IDENTIFY_LATEST_MS)
    expect(asked).toHaveLength(IDENTIFY_AT_ONCE + 8)
  })

  it('at once again after a calm time, although others were asked before', async () => {
    open(IDENTIFY_AT_ONCE)
    busy = 0
    await clock.advanceAsync(ONE_LOOK_MS)
    open(IDENTIFY_AT_ONCE)
    expect(asked).toHaveLength(2 * IDENTIFY_AT_ONCE)
  })

  it('not at all once it is gone', async () => {
    const opened = open(IDENTIFY_AT_ONCE + 1)
    tell('connection:close', opened.at(-1)!)
    busy = 0
    await clock.advanceAsync(ONE_LOOK_MS)
    expect(asked).toHaveLength(IDENTIFY_AT_ONCE)
  })

  it('by nobody who has stopped, and nothing is left running', async () => {
    open(IDENTIFY_AT_ONCE + 1)
    pace.stop()
    busy = 0
    open(1)
    await clock.advanceAsync(3 * IDENTIFY_LATEST_MS)
    expect(asked).toHaveLength(IDENTIFY_AT_ONCE)
    expect(clock.pending).toBe(0)
  })

  it('without looking again while nobody waits', async () => {
    busy = 0
    open(1)
    await clock.advanceAsync(2 * ONE_LOOK_MS)
    expect(clock.pending).toBe(0)
  })
})
