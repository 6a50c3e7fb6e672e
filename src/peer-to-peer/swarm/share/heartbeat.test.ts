import { beforeEach, describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../base/index.ts'
import type { Link } from '../link/link.ts'
import { HEARTBEAT_INTERVAL_MS, KEEP_AFTER_MS } from '../limits.ts'
import { startHeartbeat } from './heartbeat.ts'

describe('the heartbeat', () => {
  let clock: VirtualClock
  let link: Record<string, unknown>
  let pings: number
  let kept: number

  beforeEach(() => {
    clock = new VirtualClock()
    pings = kept = 0
    link = { phase: { is: 'greeting' }, since: clock.now(), isKept: false, isPingDue: false }
    link['ping'] = () => pings++
    startHeartbeat({
      clock,
      links: () => {
        link['lastHeard'] = clock.now()
        return [link as unknown as Link]
      },
      onStalled: () => {},
      keep: (each) => {
        each.isKept = true
        kept++
      },
    })
  })

  it('marks a neighbour as one to be kept once it has been one for a while, and once', async () => {
    await clock.advanceAsync(KEEP_AFTER_MS - HEARTBEAT_INTERVAL_MS)
    expect(kept).toBe(0)
    await clock.advanceAsync(3 * HEARTBEAT_INTERVAL_MS)
    expect(kept).toBe(1)
  })

  it('pings whoever is due', async () => {
    await clock.advanceAsync(HEARTBEAT_INTERVAL_MS)
    expect(pings).toBe(0)
    link['isPingDue'] = true
    await clock.advanceAsync(HEARTBEAT_INTERVAL_MS)
    expect(pings).toBe(1)
  })
})
