import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ShoalError } from '../base/errors.ts'
import { EVENT_WINDOW, LINK_WINDOW_CHARS, MAX_ACTIVE_CALLS, MAX_CLIENT_CALLS } from './limits.ts'
import { clientOf, LINK_KINDS, serveOver, type Seen, type Served } from './test-support.ts'

describe.each(LINK_KINDS)('a contract over a %s', (kind) => {
  let served: Served
  let seen: Seen

  beforeEach(async () => {
    seen = { produced: 0, hanging: 0, openIterators: 0 }
    served = await serveOver(kind, {}, seen)
  })
  afterEach(() => served.close())

  it('carries a call and its answer', async () => {
    const { client } = await clientOf(served)
    expect(await client.echo({ text: '물고기 🐟 \u0000 "}{' })).toEqual({ text: '물고기 🐟 \u0000 "}{' })
  })

  it('carries calls side by side, each answer to its own', async () => {
    const { client } = await clientOf(served)
    const texts = Array.from({ length: 3 * MAX_CLIENT_CALLS }, (_, i) => `call ${i}`)
    const answers = await Promise.all(texts.map((text) => client.echo({ text })))
    expect(answers.map((answer) => answer.text)).toEqual(texts)
  })

  it('carries events in order, to the last', async () => {
    const { client } = await clientOf(served)
    const numbers: number[] = []
    for await (const { n } of await client.count({ count: 500 })) numbers.push(n)
    expect(numbers).toEqual(Array.from({ length: 500 }, (_, n) => n))
    await vi.waitFor(() => expect(seen.openIterators).toBe(0))
  })

  it('carries a ShoalError with code and facts, and leaves out what is no fact', async () => {
    const { client } = await clientOf(served)
    const error: unknown = await client.fail({ how: 'shoal' }).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(ShoalError)
    expect(error).toMatchObject({
      code: 'bad-link',
      message: 'not a link',
      data: { at: 3, huge: 'Infinity' },
    })
    expect(Object.keys((error as ShoalError).data)).not.toContain('odd')
  })

  it('carries an error in the middle of events, after the events before it', async () => {
    const { client } = await clientOf(served)
    const numbers: number[] = []
    const reading = (async () => {
      for await (const { n } of await client.count({ count: 40, fail: true })) numbers.push(n)
    })()
    await expect(reading).rejects.toMatchObject({ code: 'disk-full', data: { free: 0 } })
    expect(numbers).toHaveLength(40)
  })

  it('names an abort in the core "cancelled", a bug "internal", and bad input "bad-usage"', async () => {
    const { client } = await clientOf(served)
    await expect(client.fail({ how: 'abort' })).rejects.toMatchObject({ code: 'cancelled' })
    await expect(client.fail({ how: 'bug' })).rejects.toMatchObject({ code: 'internal' })
    await expect(client.echo({ text: 7 as never })).rejects.toMatchObject({ code: 'bad-usage' })
  })

  it('refuses calls the contract does not have, whatever they are called', async () => {
    const { client } = await clientOf(served)
    const any = client as unknown as Record<string, (input?: unknown) => Promise<unknown>>
    for (const name of ['constructor', '__proto__', 'hasOwnProperty', 'prototype', 'group', 'nothing']) {
      await expect(any[name]!({}), name).rejects.toMatchObject({ code: 'not-supported' })
    }
    expect(await client.echo({ text: 'still here' })).toEqual({ text: 'still here' })
  })

  it("rejects an aborted call with the caller's own reason and stops the work in the core", async () => {
    const { client } = await clientOf(served)
    const controller = new AbortController()
    const hanging = client.hang(undefined, { signal: controller.signal })
    hanging.catch(() => {})
    await vi.waitFor(() => expect(seen.hanging).toBe(1))
    controller.abort()
    await expect(hanging).rejects.toMatchObject({ name: 'AbortError' })
    await vi.waitFor(() => expect(seen.hanging).toBe(0))
  })

  it('stops the producer when the reader leaves or its signal fires', async () => {
    const { client } = await clientOf(served)
    for await (const { n } of await client.count({})) if (n === 3) break
    await vi.waitFor(() => expect(seen.openIterators).toBe(0))
    const controller = new AbortController()
    const events = await client.count({}, { signal: controller.signal })
    await events.next()
    controller.abort()
    await expect(drain(events)).rejects.toMatchObject({ name: 'AbortError' })
    await vi.waitFor(() => expect(seen.openIterators).toBe(0))
  })

  it('never runs further ahead of a reader than the window, while other calls go on', async () => {
    const { client } = await clientOf(served)
    const events = await client.count({})
    await events.next()
    for (let i = 0; i < 50; i++) await client.echo({ text: 'meanwhile' })
    expect(seen.produced).toBeLessThanOrEqual(EVENT_WINDOW + 1)
    for (let i = 1; i < 1000; i++) await events.next()
    for (let i = 0; i < 50; i++) await client.echo({ text: 'meanwhile' })
    expect(seen.produced).toBeGreaterThanOrEqual(1000)
    expect(seen.produced).toBeLessThanOrEqual(1000 + EVENT_WINDOW + 1)
  })

  it('carries any amount, window after window, both ways', async () => {
    const { client } = await clientOf(served)
    const text = 'b'.repeat(200_000)
    for (let sent = 0; sent <= 2 * LINK_WINDOW_CHARS; sent += text.length) {
      expect((await client.echo({ text })).text).toHaveLength(text.length)
    }
    const padding = 50_000
    let received = 0
    for await (const event of await client.count({ count: 60, padding })) received += event.padding.length
    expect(received).toBe(60 * padding)
  })

  it('sends no more than the window to a reader that takes nothing in, and stops producing', async () => {
    const raw = await served.connect()
    const open = 100
    const padding = 10_000
    for (let i = 0; i < open; i++) {
      raw.send(`{"i":"r${i.toString(36)}","p":{"u":"/count","b":{"json":{"padding":${padding}}}}}`)
    }
    // Another client's calls go round after round: the producers would have had their time.
    const { client } = await clientOf(served)
    for (let i = 0; i < 200; i++) await client.echo({ text: 'meanwhile' })
    expect(Math.max(...[...served.server.links].map((link) => link.activeCalls))).toBe(open)
    expect(seen.produced).toBeGreaterThan(EVENT_WINDOW)
    expect(seen.produced).toBeLessThanOrEqual(LINK_WINDOW_CHARS / padding + open + 1)
    raw.close()
    await vi.waitFor(() => expect(seen.openIterators).toBe(0))
  })

  it('rejects every pending call and iterator with one cause when the core goes', async () => {
    const { client, link } = await clientOf(served)
    const events = await client.count({ count: 1 })
    const endless = await client.count({})
    const pending = [client.hang(), client.hang(), drain(endless)]
    for (const each of pending) each.catch(() => {})
    await vi.waitFor(() => expect(seen.hanging).toBe(2))
    served.server.close()
    const causes = await Promise.all(pending.map((each) => each.catch((error: unknown) => error)))
    for (const cause of causes) expect(cause).toMatchObject({ code: 'core-gone' })
    expect(await link.closed).toMatchObject({ code: 'core-gone' })
    await expect(client.echo({ text: 'late' })).rejects.toMatchObject({ code: 'core-gone' })
    await events.return?.()
    await vi.waitFor(() => expect(seen).toMatchObject({ hanging: 0, openIterators: 0 }))
  })

  it('stops all work of a client that goes', async () => {
    const { client, link } = await clientOf(served)
    client.hang().catch(() => {})
    const events = await client.count({})
    await vi.waitFor(() => expect(seen).toMatchObject({ hanging: 1, openIterators: 1 }))
    link.close()
    await vi.waitFor(() => expect(seen).toMatchObject({ hanging: 0, openIterators: 0 }))
    await vi.waitFor(() => expect(served.server.links.size).toBe(0))
    await expect(drain(events)).rejects.toMatchObject({ code: 'core-gone' })
  })

  it('answers a call too large to send, and one whose answer is, with an error', async () => {
    const { client } = await clientOf(served)
    await expect(client.echo({ text: 'z'.repeat(900_000) })).rejects.toMatchObject({ code: 'too-large' })
    await expect(client.group.big({ chars: 17_000_000 })).rejects.toMatchObject({ code: 'too-large' })
    expect((await client.group.big({ chars: 9_000_000 })).length).toBe(9_000_000)
  })

  it('lets iterators and calls up to their caps through and refuses the rest', async () => {
    const { client } = await clientOf(served)
    const open = []
    for (let i = 0; i < 128; i++) open.push(await client.count({}))
    await expect(client.count({})).rejects.toMatchObject({ code: 'rate-limited' })
    const hanging = Array.from({ length: MAX_CLIENT_CALLS + 20 }, () => client.hang())
    for (const each of hanging) each.catch(() => {})
    await vi.waitFor(() => expect(seen.hanging).toBe(MAX_CLIENT_CALLS))
    for (const link of served.server.links) expect(link.activeCalls).toBeLessThan(MAX_ACTIVE_CALLS)
  })
})

async function drain(events: AsyncIterable<unknown>): Promise<void> {
  for await (const event of events) void event
}
