import { once } from 'node:events'
import { connect, createServer, Socket, type AddressInfo, type Server } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { concatBytes } from '../../../base/index.ts'
import { readInto } from './read-into.ts'

describe('reading an accepted socket into memory of ours', () => {
  let server: Server
  let near: Socket
  let far: Socket

  beforeEach(async () => {
    server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    far = connect((server.address() as AddressInfo).port, '127.0.0.1')
    ;[near] = (await once(server, 'connection')) as [Socket]
  })

  afterEach(() => {
    far.destroy()
    near.destroy()
    server.close()
  })

  it('puts what comes there, in order, and emits no data any more', async () => {
    const memory = new Uint8Array(7)
    const got: Uint8Array[] = []
    let emitted = 0
    near.on('data', () => emitted++)
    const isTaken = readInto(near, {
      buffer: () => memory,
      callback: (length, into) => {
        expect(into).toBe(memory)
        got.push(into.slice(0, length))
        return true
      },
    })
    // Red on a Node whose insides have changed: lanes go on working there, but not at full speed.
    expect(isTaken).toBe(true)
    const sent = Uint8Array.from({ length: 1_000 }, (_, i) => i & 0xff)
    far.end(sent)
    await once(near, 'end')
    expect(concatBytes(...got)).toEqual(sent)
    expect(Math.max(...got.map(({ length }) => length))).toBe(7)
    expect(emitted).toBe(0)
  })

  it('can begin in the middle, from within a data event', async () => {
    const got: Uint8Array[] = []
    const memory = new Uint8Array(64)
    near.once('data', (bytes: Uint8Array) => {
      got.push(bytes)
      readInto(near, { buffer: () => memory, callback: (n, into) => got.push(into.slice(0, n)) > 0 })
    })
    far.write('first ')
    await once(near, 'data')
    far.end('and the rest')
    await once(near, 'end')
    expect(Buffer.concat(got).toString()).toBe('first and the rest')
  })

  it('changes nothing of a socket it does not know the insides of', () => {
    expect(readInto(new Socket(), { buffer: () => new Uint8Array(1), callback: () => true })).toBe(false)
  })
})
