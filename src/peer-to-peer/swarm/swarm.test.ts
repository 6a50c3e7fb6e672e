import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMemoryFile } from '../../store/memory-share.ts'
import { completed, fetchFrom, testBytes, TestNet } from './test-nodes.ts'

let net: TestNet
beforeEach(() => {
  net = new TestNet()
})
afterEach(() => net.stop())

describe.each(['stream', 'tls'] as const)('a swarm over the %s lane', (lanes) => {
  it('brings a share from one node to another', async () => {
    const [source, receiver] = await net.nodes(2, { lanes })
    const share = await createMemoryFile('a.bin', testBytes(3_000_000))
    source!.swarm.join(share)
    const got = fetchFrom(receiver!, source!, share)
    await completed(got.share)
    expect(got.share.bytesHeld).toBe(3_000_000)
    expect(await got.share.readPart(5, 0, 100)).toEqual(await share.readPart(5, 0, 100))
    expect(receiver!.buffers.bytesFree).toBe(64 * 2 ** 20)
  })
})
