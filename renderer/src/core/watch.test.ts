import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../src/base/clock.ts'
import { seededRandom } from '../../../src/base/random.ts'
import type { Notice } from '../../../src/contract/index.ts'
import { FakeCore } from '../testing/fake-core.ts'
import type { CoreClient } from './client.ts'
import { pictureOf } from './state.ts'
import { AppStore } from './store.ts'
import { RETRY_MS, watchCore } from './watch.ts'

function setUp() {
  const clock = new VirtualClock()
  const core = new FakeCore({ clock, random: seededRandom(1), scenario: 'lively' })
  const store = new AppStore()
  const stop = new AbortController()
  return { clock, core, store, stop }
}

/** The core's client with a link that can be cut. */
function cuttable(client: CoreClient) {
  const cuts: AbortController[] = []
  const watch: CoreClient['app']['watch'] = async (input, options) => {
    const cut = new AbortController()
    cuts.push(cut)
    return client.app.watch(input, { signal: AbortSignal.any([cut.signal, options!.signal!]) })
  }
  return {
    client: { ...client, app: { ...client.app, watch } },
    cut: () => cuts.at(-1)!.abort(),
    opened: () => cuts.length,
  }
}

describe('watching the core', () => {
  it('begins with a snapshot and follows its changes', async () => {
    const { clock, core, store, stop } = setUp()
    void watchCore(core.client, store, clock, stop.signal)
    await clock.advanceAsync(0)
    const before = pictureOf(store.get())?.shares.get('share-1')
    expect(before?.state.is).toBe('downloading')
    await clock.advanceAsync(2000)
    expect(pictureOf(store.get())!.shares.get('share-1')!.partsHeld).toBeGreaterThan(before!.partsHeld)
    stop.abort()
  })

  it('says that the link is lost, tries again, and shows the new snapshot', async () => {
    const { clock, core, store, stop } = setUp()
    const link = cuttable(core.client)
    void watchCore(link.client, store, clock, stop.signal)
    await clock.advanceAsync(0)
    link.cut()
    await clock.advanceAsync(0)
    expect(store.get().is).toBe('lost')
    await core.client.shares.remove({ id: 'share-1', withFiles: false })
    expect(pictureOf(store.get())!.shares.has('share-1')).toBe(true)
    await clock.advanceAsync(RETRY_MS[0])
    expect(store.get().is).toBe('live')
    expect(pictureOf(store.get())!.shares.has('share-1')).toBe(false)
    stop.abort()
  })

  it('becomes patient while the core stays away, and quick again once it was there', async () => {
    const { clock, core, store, stop } = setUp()
    let calls = 0
    const away: CoreClient = {
      ...core.client,
      app: { ...core.client.app, watch: () => (calls++, Promise.reject(new Error('gone'))) },
    }
    void watchCore(away, store, clock, stop.signal)
    await clock.advanceAsync(60_000)
    // 250 + 500 + 1000 + 2000 ms, then every 5 s.
    expect(calls).toBe(5 + Math.floor((60_000 - 3750) / 5000))
    stop.abort()
  })

  it('ends when told to, leaving no timer', async () => {
    const { clock, core, store, stop } = setUp()
    const running = clock.pending
    const watching = watchCore(core.client, store, clock, stop.signal)
    await clock.advanceAsync(0)
    stop.abort()
    await watching
    expect(clock.pending).toBe(running)
  })

  it('hands each notice on once and keeps none', async () => {
    const { clock, core, store, stop } = setUp()
    const seen: Notice[] = []
    const remove = store.onNotice((notice) => seen.push(notice))
    void watchCore(core.client, store, clock, stop.signal)
    await clock.advanceAsync(0)
    core.push({ is: 'notice', notice: { is: 'safe-to-leave', id: 'share-2', name: 'x' } })
    await clock.advanceAsync(0)
    remove()
    core.push({ is: 'notice', notice: { is: 'safe-to-leave', id: 'share-2', name: 'x' } })
    await clock.advanceAsync(0)
    expect(seen.map((notice) => notice.is)).toEqual(['safe-to-leave'])
    stop.abort()
  })
})
