import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../base/index.ts'
import type { Share, Update } from '../../contract/index.ts'
import { ViewHub } from './hub.ts'

const share = (id: string, bytesHeld = 0): Share => ({ id, bytesHeld }) as Share
const base = { host: {}, network: {}, settings: {} } as never

function setUp() {
  const clock = new VirtualClock()
  return { clock, hub: new ViewHub(clock, () => base) }
}

async function take(watch: AsyncGenerator<Update>, count: number): Promise<Update[]> {
  const out: Update[] = []
  while (out.length < count) out.push((await watch.next()).value as Update)
  return out
}

describe('ViewHub', () => {
  it('sends a snapshot first and then only what changed, gathered', async () => {
    const { clock, hub } = setUp()
    hub.putShare(share('a'))
    const watch = hub.watch()
    const [snapshot] = await take(watch, 1)
    expect(snapshot).toMatchObject({ is: 'snapshot', shares: [{ id: 'a' }] })
    hub.putShare(share('a'))
    hub.putShare(share('b', 1))
    hub.putShare(share('b', 2))
    hub.removeShare('a')
    clock.advance(1000)
    const [changes] = await take(watch, 1)
    expect(changes).toEqual({ is: 'shares', changed: [{ id: 'b', bytesHeld: 2 }], removed: ['a'] })
    expect(clock.pending).toBe(0)
  })

  it('starts a watcher that does not read over with a snapshot instead of queueing for ever', async () => {
    const { clock, hub } = setUp()
    const watch = hub.watch()
    await take(watch, 1)
    for (let i = 0; i < 1000; i++) {
      hub.putShare(share('a', i))
      clock.advance(200)
    }
    const [next] = await take(watch, 1)
    expect(next).toMatchObject({ is: 'snapshot', shares: [{ id: 'a', bytesHeld: 999 }] })
  })

  it('ends a watch when its reader goes or the hub closes', async () => {
    const { hub } = setUp()
    const reader = new AbortController()
    const first = hub.watch(reader.signal)
    const second = hub.watch()
    await take(first, 1)
    await take(second, 1)
    reader.abort()
    expect((await first.next()).done).toBe(true)
    expect(hub.watchers).toBe(1)
    hub.close()
    expect((await second.next()).done).toBe(true)
  })
})
