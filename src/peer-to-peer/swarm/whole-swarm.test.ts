import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMemoryFile } from '../../store/memory-share.ts'
import { completed, expectSame, fetchFrom, testBytes, TestNet, type TestNode } from './test-nodes.ts'

const SIZE = 2 ** 20
const RATE = 512 * 1024

let net: TestNet
beforeEach(() => {
  net = new TestNet()
})
afterEach(() => net.stop())

async function eventuallyFree(node: TestNode): Promise<void> {
  while (node.buffers.bytesFree < 64 * 2 ** 20) await new Promise((resolve) => setImmediate(resolve))
}

describe.each(['stream', 'tls'] as const)(
  'eight receivers over the %s lane, every uplink limited',
  (lanes) => {
    it('get everything mostly from each other: the source sends a few copies at most', async () => {
      const limits = { up: RATE, down: 0 }
      const [source, ...receivers] = (await net.nodes(9, { lanes, limits })) as [TestNode, ...TestNode[]]
      const share = await createMemoryFile('a.bin', testBytes(SIZE))
      const serving = source.swarm.join(share)
      const gets = receivers.map((node) => fetchFrom(node, source, share))
      await Promise.all(gets.map((get) => completed(get.share)))
      for (const get of gets) await expectSame(get.share, share)
      // How close to one copy depends on how busy this machine is; that it is not eight does not.
      expect(serving.counters.sent).toBeLessThan(4 * SIZE)
      const fromOthers = gets.map(({ session }) => session.snapshot().fromOthers ?? 0)
      expect(fromOthers.reduce((sum, share) => sum + share, 0) / gets.length).toBeGreaterThan(0.5)
      // What is on its way to others still lies in memory; once they have left it does not.
      for (const { session } of gets) session.leave()
      for (const node of receivers) await eventuallyFree(node)
    })
  },
)
