import type { PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { systemClock, type Clock } from '../../../base/index.ts'
import { digestOf, discoveryOf, newKey, runTracker, type TestTracker } from '../test-tracker.ts'
import type { TrackedPeer, TrackerState } from './peer-source.ts'
import { TrackerClient } from './tracker-client.ts'

/** Minutes pass in seconds or less, so that renewals and pauses can be waited for; deadlines of requests stay as they are. */
const atSpeed = (times: number): Clock => ({
  ...systemClock,
  now: () => systemClock.now() * times,
  after: (ms, callback) => systemClock.after(ms === 8_000 ? ms : ms / times, callback),
})
const quick = atSpeed(100)

interface TestClient {
  readonly client: TrackerClient
  readonly id: string
  readonly found: TrackedPeer[]
  readonly states: TrackerState[]
}

async function start(
  urls: readonly string[],
  options: { key?: PrivateKey; clock?: Clock; port?: number } = {},
): Promise<TestClient> {
  const { key = await newKey(), clock = quick, port = 1 } = options
  const addresses = (): ReturnType<typeof multiaddr>[] => [multiaddr(`/ip4/10.0.0.1/tcp/${port}`)]
  const client = new TrackerClient({ clock, privateKey: key, addresses, urls })
  const found: TrackedPeer[] = []
  const states: TrackerState[] = []
  client.events.on('peer', (peer) => found.push(peer))
  client.events.on('state', ({ state }) => states.push(state))
  await client.start()
  onTestFinished(() => client.stop())
  return { client, id: peerIdFromPrivateKey(key).toString(), found, states }
}

const share = discoveryOf('share')
const members = ({ tracker }: TestTracker): string[] =>
  tracker.providers(digestOf('share'), 'test')!.map(({ peer }) => peer)

describe('the client of a tracker', () => {
  it('finds who announced, with their addresses, and not itself', async () => {
    const at = await runTracker()
    const giver = await start([at.url], { port: 7 })
    giver.client.announce(share)
    const seeker = await start([`${at.url}/`])
    seeker.client.announce(share)
    seeker.client.seek(share)
    await vi.waitFor(() => expect(seeker.found.length).toBeGreaterThan(0))
    expect(seeker.found[0]).toMatchObject({ source: 'tracker', key: share })
    expect(seeker.found[0]!.peerId.toString()).toBe(giver.id)
    expect(seeker.found[0]!.multiaddrs.map(String)).toEqual(['/ip4/10.0.0.1/tcp/7'])
    expect(seeker.found.some(({ peerId }) => peerId.toString() === seeker.id)).toBe(false)
    expect(seeker.client.state).toEqual({ is: 'on', detail: { is: 'servers', answering: 1, all: 1 } })
  })

  it('looks again and again until somebody comes, and no more when it need not', async () => {
    const at = await runTracker()
    const seeker = await start([at.url])
    const stop = seeker.client.seek(share)
    await vi.waitFor(() => expect(at.tracker.counts.lookups).toBeGreaterThan(2))
    const giver = await start([at.url])
    giver.client.announce(share)
    await vi.waitFor(() => expect(seeker.found.length).toBeGreaterThan(0))
    stop()
    stop()
    const asked = vi.spyOn(at.tracker, 'providers')
    const times = (name: string): number =>
      asked.mock.calls.filter(([key]) => Buffer.compare(key, digestOf(name)) === 0).length
    const other = await start([at.url])
    other.client.seek(discoveryOf('other'))
    await vi.waitFor(() => expect(times('other')).toBeGreaterThan(3))
    // One may have been under way.
    expect(times('share')).toBeLessThanOrEqual(1)
  })

  it('takes back what it announced: when nobody wants it any more, and when it stops', async () => {
    const at = await runTracker()
    const one = await start([at.url])
    const two = await start([at.url])
    const again = one.client.announce(share)
    const withdraw = one.client.announce(share)
    two.client.announce(share)
    await vi.waitFor(() => expect(members(at).length).toBe(2))
    withdraw()
    withdraw()
    expect(members(at).length).toBe(2)
    again()
    await vi.waitFor(() => expect(members(at)).toEqual([two.id]))
    await two.client.stop()
    expect(members(at)).toEqual([])
    expect(two.client.state).toEqual({ is: 'off' })
  })

  it('shows that a tracker is away, and announces and seeks again when it is back, with an empty memory', async () => {
    const at = await runTracker()
    // At this speed renewals come too late to help.
    const clock = atSpeed(20)
    const giver = await start([at.url], { clock })
    const seeker = await start([at.url], { clock })
    giver.client.announce(share)
    seeker.client.seek(share)
    await vi.waitFor(() => expect(seeker.found.length).toBeGreaterThan(0))
    await at.close()
    await vi.waitFor(() => expect(seeker.client.state).toMatchObject({ is: 'failed' }))
    const back = await runTracker({ port: at.port })
    seeker.found.length = 0
    await vi.waitFor(() => expect(seeker.found.length).toBeGreaterThan(0), { timeout: 10_000 })
    await vi.waitFor(() => expect(giver.client.state.is).toBe('on'), { timeout: 10_000 })
    expect(members(back)).toEqual([giver.id])
    expect(seeker.states.map(({ is }) => is)).toEqual(['starting', 'on', 'failed', 'on'])
  })

  it('renews what it announced before it expires', async () => {
    const at = await runTracker()
    const giver = await start([at.url])
    giver.client.announce(share)
    // Half of ten minutes, a hundred times as fast.
    await vi.waitFor(() => expect(at.tracker.counts.accepted).toBeGreaterThan(1), { timeout: 8_000 })
    expect(at.tracker.counts.refused).toEqual({})
    expect(members(at)).toEqual([giver.id])
  })

  it('goes by the tracker’s clock when its own is wrong', async () => {
    const at = await runTracker()
    const hours = 5 * 3600_000
    for (const offset of [hours, -hours]) {
      const giver = await start([at.url], { clock: { ...quick, wallNow: () => Date.now() + offset } })
      giver.client.announce(share)
      await vi.waitFor(() => expect(members(at)).toContain(giver.id))
      // The tracker has it a moment before its answer is here.
      await vi.waitFor(() => expect(giver.client.state.is).toBe('on'))
    }
  })

  it('goes on with one tracker when another is away, and takes up one that a link names', async () => {
    const at = await runTracker()
    const giver = await start(['http://127.0.0.1:1'])
    giver.client.announce(share)
    await vi.waitFor(() => expect(giver.client.state.is).toBe('failed'))
    const remove = giver.client.add(at.url)
    await vi.waitFor(() => expect(members(at)).toEqual([giver.id]))
    await vi.waitFor(() =>
      expect(giver.client.state).toEqual({ is: 'on', detail: { is: 'servers', answering: 1, all: 2 } }),
    )
    remove()
    await vi.waitFor(() => expect(members(at)).toEqual([]))
    expect(() => giver.client.add('ftp://x')).toThrow('not the URL of a tracker')
  })

  it('tells a tracker that one share’s link names of that share alone', async () => {
    const at = await runTracker()
    const giver = await start([])
    const secret = (): number => at.tracker.providers(digestOf('secret'), 'test')!.length
    giver.client.announce(discoveryOf('secret'))
    giver.client.announce(share)
    const remove = giver.client.add(at.url, share)
    const again = giver.client.add(at.url, share)
    await vi.waitFor(() => expect(members(at)).toEqual([giver.id]))
    const withdraw = giver.client.announce(discoveryOf('other'))
    remove()
    // Wanted for everything from here on: what was kept from it follows.
    expect(secret()).toBe(0)
    const everything = giver.client.add(at.url)
    await vi.waitFor(() => expect(secret()).toBe(1))
    withdraw()
    everything()
    await vi.waitFor(() => expect(secret()).toBe(0))
    expect(members(at)).toEqual([giver.id])
    again()
    await vi.waitFor(() => expect(members(at)).toEqual([]))
  })
})
