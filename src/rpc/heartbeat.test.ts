import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../base/clock.ts'
import { ClientLink } from './client-link.ts'
import { createClient } from './client.ts'
import { PING_EVERY_MS, SILENCE_MS } from './limits.ts'
import { memoryTransports } from './memory-link.ts'
import { RpcServer } from './server.ts'
import { testRouter, type TestContract } from './test-support.ts'
import type { FrameTransport } from './transport.ts'

/** A pair whose frames can be held back in either direction, as by a cable pulled out. */
function pairWithCable(): { ours: FrameTransport; theirs: FrameTransport; pull(): void } {
  const [ours, theirs] = memoryTransports()
  let isPulled = false
  const cut = (transport: FrameTransport): FrameTransport => ({
    ...transport,
    send: (frame) => void (isPulled || transport.send(frame)),
    close: () => {},
  })
  return { ours: cut(ours), theirs: cut(theirs), pull: () => void (isPulled = true) }
}

describe('a heartbeat', () => {
  it('keeps a silent link open on both sides, for ever', async () => {
    const clock = new VirtualClock()
    const server = new RpcServer(testRouter(), { clock })
    const [ours, theirs] = memoryTransports()
    server.accept(theirs)
    const link = new ClientLink(ours, { clock })
    await link.opened
    for (let i = 0; i < 40; i++) {
      await clock.advanceAsync(SILENCE_MS / 2)
      // Frames cross in real turns of the event loop.
      await new Promise((resolve) => setTimeout(resolve, 0))
    }
    expect(server.links.size).toBe(1)
    expect(await createClient<TestContract>(link).echo({ text: 'still' })).toEqual({ text: 'still' })
  })

  it('ends both sides of a link that went dead without a word', async () => {
    const clock = new VirtualClock()
    const server = new RpcServer(testRouter(), { clock })
    const { ours, theirs, pull } = pairWithCable()
    const served = server.accept(theirs)
    const link = new ClientLink(ours, { clock })
    await link.opened
    const hanging = createClient<TestContract>(link).hang()
    hanging.catch(() => {})
    pull()
    await clock.advanceAsync(SILENCE_MS + PING_EVERY_MS)
    await expect(hanging).rejects.toMatchObject({ code: 'core-gone' })
    expect(await served.closed).toMatchObject({ code: 'core-gone' })
    expect(server.links.size).toBe(0)
    expect(clock.pending).toBe(0)
  })

  it('ends a link whose client never answers', async () => {
    const clock = new VirtualClock()
    const server = new RpcServer(testRouter(), { clock })
    const [ours, theirs] = memoryTransports()
    const pings: unknown[] = []
    const served = server.accept(theirs)
    ours.onFrame((frame) => pings.push(frame))
    await clock.advanceAsync(SILENCE_MS + PING_EVERY_MS)
    expect(await served.closed).toMatchObject({ code: 'core-gone' })
    expect(pings).toEqual(['h1', 'p', 'p', 'p', 'xcore-gone'])
  })
})

it('a client tells a core of another version from one that is gone', async () => {
  const [ours, theirs] = memoryTransports()
  theirs.send('h2')
  const link = new ClientLink(ours)
  await expect(link.opened).rejects.toMatchObject({ code: 'not-supported', data: { theirs: 2, ours: 1 } })
})
