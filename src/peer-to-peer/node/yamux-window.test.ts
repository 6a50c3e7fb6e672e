import { afterEach, describe, expect, it } from 'vitest'
import { createNodes, type NodeTestnet } from './testnet.ts'
import { OPENING_STATES, withHalfWindow, type YamuxWindow } from './yamux-window.ts'

function fakeStream(state: number, capacity: number) {
  const sent: number[] = []
  const stream: YamuxWindow = {
    state,
    recvWindow: 1000,
    recvWindowCapacity: capacity,
    sendWindowUpdate: () => sent.push(stream.recvWindowCapacity),
  }
  return { stream: withHalfWindow(stream), sent }
}

describe('window updates', () => {
  let net: NodeTestnet | undefined
  afterEach(() => net?.stop())

  it('wait until half of the window is used up', () => {
    const { stream, sent } = fakeStream(3, 1000)
    for (; stream.recvWindowCapacity > 400; stream.recvWindowCapacity -= 100) stream.sendWindowUpdate()
    expect(sent).toEqual([500])
  })

  it('that open or accept a stream are sent at once', () => {
    for (const state of OPENING_STATES) {
      const { stream, sent } = fakeStream(state, 1000)
      stream.sendWindowUpdate()
      expect(sent).toHaveLength(1)
    }
  })

  it('open states are numbered as the library numbers them', async () => {
    net = await createNodes(2)
    const [a, b] = net.nodes
    const accepted = Promise.withResolvers<number>()
    await b!.libp2p.handle('/test/1', (stream) => {
      accepted.resolve((stream as unknown as YamuxWindow).state)
    })
    const connection = await a!.dial(b!.addresses())
    const stream = await connection.newStream('/test/1')
    expect(OPENING_STATES).not.toContain((stream as unknown as YamuxWindow).state)
    expect(OPENING_STATES).not.toContain(await accepted.promise)
  })

  it('still let far more than a window pass between two nodes', async () => {
    net = await createNodes(2)
    const [a, b] = net.nodes
    const total = 6 * 1024 * 1024
    let received = 0
    const done = Promise.withResolvers<void>()
    await b!.libp2p.handle('/test/1', (stream) => {
      stream.addEventListener('message', ({ data }) => {
        received += data.byteLength
        if (received === total) done.resolve()
      })
    })
    const connection = await a!.dial(b!.addresses())
    const stream = await connection.newStream('/test/1')
    for (let sent = 0; sent < total; sent += 64 * 1024) {
      if (!stream.send(new Uint8Array(64 * 1024))) {
        await new Promise((drained) => stream.addEventListener('drain', drained, { once: true }))
      }
    }
    await done.promise
    expect(received).toBe(total)
  })
})
