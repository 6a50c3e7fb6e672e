import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makeSelfSigned } from '../self-signed.ts'
import { systemClock } from '../../base/index.ts'
import type { Kind, Order, Told } from './test-end.ts'
import type { LinkSpec } from './types.ts'

const END = fileURLToPath(new URL('./test-end.ts', import.meta.url))
const MBIT = 1e6 / 8
const FREE: LinkSpec = { up: 0, down: 0 }

function start(order: Order): ChildProcess {
  const child = fork(END, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  onTestFinished(() => void child.kill())
  child.send(order)
  return child
}

async function told<K extends Told['is']>(child: ChildProcess, is: K): Promise<Extract<Told, { is: K }>> {
  for (;;) {
    const [message] = (await once(child, 'message')) as [Told]
    if (message.is === is) return message as Extract<Told, { is: K }>
  }
}

async function listen(
  link: LinkSpec,
  send: number,
  kind: Kind,
): Promise<{ child: ChildProcess; port: number }> {
  const pem =
    kind === 'tls' ? await makeSelfSigned({ name: 'shoal', days: 1, clock: systemClock }) : undefined
  const secret = pem ? { key: pem.key, cert: pem.cert } : {}
  const child = start({ do: 'listen', kind, link, send, ...secret })
  return { child, port: (await told(child, 'listening')).port }
}

/** Of what was set: from the first byte that came to the last, so that starting and connecting do not count. */
function ratio(fetched: Extract<Told, { is: 'fetched' }>, bytes: number, mbit: number): number {
  return (bytes * 8) / 1e6 / (fetched.seconds - fetched.answerSeconds) / mbit
}

const ATTEMPTS = 5
/** Milliseconds of work by which is seen whether others want the processor, too. */
const PROBE_MS = 50

/** How much of a processor this process gets while it wants all of it, 0 to 1. */
function shareOfProcessor(): number {
  const start = performance.now()
  const before = process.cpuUsage()
  while (performance.now() - start < PROBE_MS);
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / (performance.now() - start)
}

/**
 * Never too fast, and as fast as was set. Where others want the processor, what is missing says nothing: it is measured
 * again, and if they never let go, half of it must do.
 */
async function expectWithin5Percent(measure: () => Promise<number>): Promise<void> {
  let slowest = 0.5
  let ratio = 0
  for (let i = 0; i < ATTEMPTS && ratio < 0.95; i++) {
    const before = shareOfProcessor()
    ratio = await measure()
    expect(ratio).toBeLessThan(1.05)
    if (Math.min(before, shareOfProcessor()) > 0.9) slowest = 0.95
  }
  expect(ratio).toBeGreaterThan(slowest)
}

describe('the link of a process', () => {
  it.each([
    { kind: 'tcp', mbit: 20, seconds: 1.5 },
    { kind: 'tls', mbit: 20, seconds: 1.5 },
    { kind: 'http', mbit: 20, seconds: 1.5 },
    { kind: 'tls', mbit: 200, seconds: 1 },
  ] as const)('lets $kind out at $mbit Mbit/s', async ({ kind, mbit, seconds }) => {
    const bytes = mbit * MBIT * seconds
    await expectWithin5Percent(async () => {
      const { child, port } = await listen({ up: mbit * MBIT, down: 0 }, bytes, kind)
      const order = { do: 'fetch', kind, link: FREE, ports: [port], send: 1000 } as const
      const fetched = await told(start(order), 'fetched')
      expect(fetched.bytes).toBe(bytes)
      child.send('counters')
      const { sent } = await told(child, 'counters')
      expect(sent).toBeGreaterThanOrEqual(bytes)
      return ratio(fetched, sent, mbit)
    })
  })

  it.each(['tcp', 'tls', 'http'] as const)('lets %s in at its rate, however many send', async (kind) => {
    const bytes = 20 * MBIT * 0.75
    const servers = await Promise.all([listen(FREE, bytes, kind), listen(FREE, bytes, kind)])
    const ports = servers.map(({ port }) => port)
    const link = { up: 0, down: 20 * MBIT }
    await expectWithin5Percent(async () => {
      const fetched = await told(start({ do: 'fetch', kind, link, ports, send: 1000 }), 'fetched')
      expect(fetched.bytes).toBe(2 * bytes)
      return ratio(fetched, fetched.received, 20)
    })
  })

  it('is shared by all connections of its process', async () => {
    const bytes = 20 * MBIT * 0.5
    const { port } = await listen({ up: 20 * MBIT, down: 0 }, bytes, 'tls')
    const order = { do: 'fetch', kind: 'tls', link: FREE, ports: [port, port, port], send: 10 } as const
    await expectWithin5Percent(async () => {
      const fetched = await told(start(order), 'fetched')
      expect(fetched.bytes).toBe(3 * bytes)
      return ratio(fetched, fetched.received, 20)
    })
  })

  it('carries both ways at once, each at its own rate', async () => {
    await expectWithin5Percent(async () => {
      const { child, port } = await listen({ up: 20 * MBIT, down: 40 * MBIT }, 20 * MBIT, 'tls')
      const order = { do: 'fetch', kind: 'tls', link: FREE, ports: [port], send: 40 * MBIT } as const
      const fetched = await told(start(order), 'fetched')
      const receivedSoFar = async (): Promise<number> => {
        child.send('counters')
        return (await told(child, 'counters')).received
      }
      expect(((await receivedSoFar()) * 8) / 1e6 / fetched.seconds / 40).toBeLessThan(1.05)
      // Either way may be the first to end.
      while ((await receivedSoFar()) <= 40 * MBIT);
      return ratio(fetched, fetched.received, 20)
    })
  })

  it('holds who writes once it is full', async () => {
    const { child, port } = await listen({ up: 20 * MBIT, down: 0 }, 10 * 2 ** 20, 'tls')
    start({ do: 'fetch', kind: 'tls', link: FREE, ports: [port], send: 10 })
    let queued = 0
    for (let sent = 0; sent < 10 * 2 ** 18;) {
      child.send('counters')
      const counters = await told(child, 'counters')
      sent = counters.sent
      queued = Math.max(queued, counters.written - sent)
    }
    expect(queued).toBeLessThan(192 * 1024)
  })

  it('delays what it carries, and loses nothing of it', async () => {
    const bytes = 200_000
    const slow = { up: 0, down: 0, delayMs: 60 }
    const { port } = await listen(slow, bytes, 'tls')
    const order = { do: 'fetch', kind: 'tls', link: slow, ports: [port], send: 1000 } as const
    const fetched = await told(start(order), 'fetched')
    expect(fetched.bytes).toBe(bytes)
    expect(fetched.answerSeconds).toBeGreaterThan(0.06)
  })
})
