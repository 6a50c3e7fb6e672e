import { afterEach, describe, expect, it, vi } from 'vitest'
import { systemClock, type Clock } from '../base/clock.ts'
import { ShoalError } from '../base/errors.ts'
import { memoryTransports } from './memory-link.ts'
import { reconnectingClient, type ConnectionState } from './reconnecting.ts'
import { RpcServer } from './server.ts'
import { serveOver, testRouter, type Served, type TestContract } from './test-support.ts'
import type { FrameTransport } from './transport.ts'

/** Back-off without the wait: what was asked for is kept. */
function hurriedClock(): Clock & { waits: number[] } {
  const waits: number[] = []
  const after = (ms: number, callback: () => void): (() => void) => {
    waits.push(ms)
    return systemClock.after(Math.min(ms, 1), callback)
  }
  return { ...systemClock, after, waits }
}

/** A core that can be taken away and brought back. */
function fickleCore() {
  let server: RpcServer | undefined = new RpcServer(testRouter(), { heartbeat: 'off' })
  let attempts = 0
  const connect = async (): Promise<FrameTransport> => {
    attempts++
    if (!server) throw new ShoalError('core-gone', 'nobody there')
    const [ours, theirs] = memoryTransports()
    server.accept(theirs)
    return ours
  }
  return {
    connect,
    attempts: () => attempts,
    stop() {
      server?.close()
      server = undefined
    },
    start: () => void (server = new RpcServer(testRouter(), { heartbeat: 'off' })),
  }
}

const random = { next: () => 1, below: () => 0, bytes: (length: number) => new Uint8Array(length) }

describe('a client that reconnects', () => {
  const closers: (() => unknown)[] = []
  afterEach(async () => {
    for (const close of closers.splice(0)) await close()
  })

  function client(core: { connect: () => Promise<FrameTransport> }, clock: Clock = hurriedClock()) {
    const made = reconnectingClient<TestContract>({ connect: core.connect, clock, random, heartbeat: 'off' })
    closers.push(() => made.link.close())
    const states: ConnectionState[] = [made.link.state]
    made.link.onState((state) => states.push(state))
    return { ...made, states }
  }

  it('tells where it stands, and finds a core that comes back', async () => {
    const core = fickleCore()
    const { client: typed, link, states } = client(core)
    expect(await typed.echo({ text: 'one' })).toEqual({ text: 'one' })
    expect(link.state).toEqual({ is: 'open' })
    core.stop()
    await vi.waitFor(() =>
      expect(states.at(-1)).toMatchObject({ is: 'connecting', problem: { code: 'core-gone' } }),
    )
    await vi.waitFor(() => expect(core.attempts()).toBeGreaterThan(4))
    core.start()
    expect(await typed.echo({ text: 'two' })).toEqual({ text: 'two' })
    const open = states.filter(({ is }) => is === 'open')
    expect(open).toHaveLength(2)
    expect(
      states.find((state) => state.is === 'connecting' && state.problem?.code === 'core-gone'),
    ).toBeDefined()
  })

  it('rejects what was under way, and lets later calls wait for the next link', async () => {
    const core = fickleCore()
    const { client: typed, link } = client(core)
    const hanging = typed.hang()
    hanging.catch(() => {})
    await vi.waitFor(() => expect(link.state.is).toBe('open'))
    core.stop()
    await expect(hanging).rejects.toMatchObject({ code: 'core-gone' })
    const waiting = typed.echo({ text: 'later' })
    const impatient = typed.echo({ text: 'never' }, { signal: AbortSignal.abort() })
    await expect(impatient).rejects.toMatchObject({ name: 'AbortError' })
    core.start()
    expect(await waiting).toEqual({ text: 'later' })
  })

  it('waits longer each time, up to a limit', async () => {
    const clock = hurriedClock()
    const core = fickleCore()
    core.stop()
    const { link } = client(core, clock)
    await vi.waitFor(() => expect(core.attempts()).toBeGreaterThan(8))
    link.close()
    expect(clock.waits.slice(0, 7)).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000])
  })

  it('opens a subscription again on every new link, from its beginning', async () => {
    const core = fickleCore()
    const { client: typed, link } = client(core)
    const numbers: number[] = []
    const subscription = link.resubscribe((options) => typed.count({}, options))
    for await (const { n } of subscription) {
      numbers.push(n)
      if (numbers.length === 3) {
        core.stop()
        core.start()
      }
      if (numbers.lastIndexOf(0) > 0) break
    }
    expect(numbers.slice(0, 3)).toEqual([0, 1, 2])
    expect(numbers.at(-1)).toBe(0)
  })

  it('hands on what the core refuses, and does not ask again', async () => {
    const { client: typed, link } = client(fickleCore())
    const subscription = link.resubscribe((options) => typed.count({ count: 2, fail: true }, options))
    const numbers: number[] = []
    const reading = (async () => {
      for await (const { n } of subscription) numbers.push(n)
    })()
    await expect(reading).rejects.toMatchObject({ code: 'disk-full' })
    expect(numbers).toEqual([0, 1])
  })

  it('ends subscriptions and calls for good when it is closed', async () => {
    const core = fickleCore()
    const { client: typed, link } = client(core)
    const subscription = link.resubscribe((options) => typed.count({}, options))
    expect((await subscription.next()).done).toBe(false)
    link.close()
    for (let last = await subscription.next(); !last.done; last = await subscription.next());
    await vi.waitFor(() => expect(link.state.is).toBe('closed'))
    await expect(typed.echo({ text: 'late' })).rejects.toMatchObject({ code: 'core-gone' })
    const attempts = core.attempts()
    await new Promise((resolve) => setImmediate(resolve))
    expect(core.attempts()).toBe(attempts)
  })

  it('gives up on a core of another version', async () => {
    const connect = async (): Promise<FrameTransport> => {
      const [ours, theirs] = memoryTransports()
      theirs.send('h99')
      return ours
    }
    const { client: typed, link } = client({ connect })
    await vi.waitFor(() =>
      expect(link.state).toMatchObject({ is: 'closed', cause: { code: 'not-supported' } }),
    )
    await expect(typed.echo({ text: 'x' })).rejects.toMatchObject({ code: 'not-supported' })
  })

  it('goes over a real socket, too', async () => {
    const served: { now: Served } = { now: await serveOver('web socket') }
    closers.push(() => served.now.close())
    const { client: typed } = client({ connect: () => served.now.connect() })
    expect(await typed.echo({ text: 'one' })).toEqual({ text: 'one' })
    await served.now.close()
    served.now = await serveOver('web socket')
    await vi.waitFor(async () => expect(await typed.echo({ text: 'two' })).toEqual({ text: 'two' }))
  })
})
