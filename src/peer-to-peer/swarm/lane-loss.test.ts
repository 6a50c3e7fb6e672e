import { Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMemoryFile } from '../../store/memory-share.ts'
import { completed, eventually, expectSame, fetchFrom, testBytes, TestNet } from './test-nodes.ts'

let net: TestNet
beforeEach(() => {
  net = new TestNet()
})
afterEach(() => net.stop())

/** Cuts every TCP connection to a port, as a firewall or a lost network would. Returns how many there were. */
function cut(port: number): number {
  const handles = (process as unknown as { _getActiveHandles(): unknown[] })._getActiveHandles()
  const sockets = handles.filter(
    (handle): handle is Socket => handle instanceof Socket && handle.remotePort === port,
  )
  sockets.forEach((socket) => socket.destroy())
  return sockets.length
}

describe('a TLS lane that is lost', () => {
  it.each([1, 2, 3])('in the middle of a transfer costs no request (%i)', async (times) => {
    const source = await net.node('source', { limits: { up: 6_000_000, down: 0 } })
    const receiver = await net.node('receiver')
    const share = await createMemoryFile('a.bin', testBytes(3_000_000))
    const serving = source.swarm.join(share)
    const { session, share: got } = fetchFrom(receiver, source, share)
    for (let i = 1; i <= times; i++) {
      const enough = (share.parts * i) / 4
      await eventually(
        (listener) => session.events.on('part-received', listener),
        () => got.held.count > enough,
      )
      if (i === 1) expect(session.snapshot().lane).toBe('tls')
      const lost = cut(source.swarm.lanePort)
      if (i === 1) expect(lost).toBeGreaterThan(0)
    }
    await completed(got)
    await expectSame(got, share)
    expect(session.snapshot().peers.length).toBe(1)
    expect(serving.counters.sent).toBeLessThanOrEqual(
      share.root!.size + (2 + times) * 16 * share.root!.chunkSize,
    )
    expect(receiver.buffers.bytesFree).toBe(64 * 2 ** 20)
  })

  it('was never there, because one side does not want any: everything goes over the stream', async () => {
    const source = await net.node('source', { lanes: 'tls' })
    const receiver = await net.node('receiver', { lanes: 'stream' })
    const share = await createMemoryFile('a.bin', testBytes(1_000_000))
    source.swarm.join(share)
    const { session, share: got } = fetchFrom(receiver, source, share)
    await completed(got)
    await expectSame(got, share)
    expect(session.snapshot().lane).toBe('stream')
    expect([source.swarm.lanePort > 0, receiver.swarm.lanePort]).toEqual([true, 0])
  })
})

describe('a TLS lane', () => {
  it.each(['source', 'receiver'] as const)('is there whoever dialled, the %s here', async (dialler) => {
    // Slow enough that the lane is there long before the end.
    const source = await net.node('source', { limits: { up: 4_000_000, down: 0 } })
    const receiver = await net.node('receiver')
    const [from, to] = dialler === 'source' ? [source, receiver] : [receiver, source]
    await from.libp2p.dial(to.libp2p.getMultiaddrs())
    const share = await createMemoryFile('a.bin', testBytes(3_000_000))
    source.swarm.join(share)
    // It asks for nothing: everything is handed out to it.
    const { session, share: got } = fetchFrom(receiver, source, share)
    await completed(got)
    expect(session.snapshot().lane).toBe('tls')
  })
})
