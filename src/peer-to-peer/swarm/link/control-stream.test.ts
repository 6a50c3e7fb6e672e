import type { Stream } from '@libp2p/interface'
import { beforeEach, describe, expect, it } from 'vitest'
import { VirtualClock, type ShoalError } from '../../../base/index.ts'
import { MAX_UNSENT_CONTROL_BYTES } from '../limits.ts'
import { FrameSplitter } from '../wire/frames.ts'
import { decodeMessage, type Message } from '../wire/messages.ts'
import { ControlStream } from './control-stream.ts'

/** A stream that keeps what is written to it. */
class KeptStream extends EventTarget {
  readonly calls: string[] = []
  readonly written: Uint8Array[] = []
  writeBufferLength = 0

  send(bytes: Uint8Array): boolean {
    this.calls.push('send')
    this.written.push(bytes)
    return true
  }

  async close(): Promise<void> {
    this.calls.push('close')
  }

  abort(): void {
    this.calls.push('abort')
  }

  get messages(): Message[] {
    const messages: Message[] = []
    const splitter = new FrameSplitter(() => 1024)
    for (const bytes of this.written) splitter.push(bytes, (message) => messages.push(decodeMessage(message)))
    return messages
  }
}

describe('a control stream', () => {
  let stream: KeptStream
  let control: ControlStream
  let ended: (ShoalError | undefined)[]

  beforeEach(() => {
    stream = new KeptStream()
    ended = []
    const listener = { message: () => {}, closed: (error: ShoalError | undefined) => ended.push(error) }
    control = new ControlStream(stream as unknown as Stream, listener, new VirtualClock())
  })

  it('writes what is said in one turn at once, in order', async () => {
    control.send({ is: 'ping', id: 1 })
    control.send({ is: 'ping', id: 2 })
    await Promise.resolve()
    control.send({ is: 'ping', id: 3 })
    await Promise.resolve()
    expect(stream.written).toHaveLength(2)
    expect(stream.messages).toEqual([1, 2, 3].map((id) => ({ is: 'ping', id })))
  })

  it('writes what was said before it closes', () => {
    control.send({ is: 'goodbye', reason: 'leaving' })
    control.close()
    expect(stream.calls).toEqual(['send', 'close'])
    expect(stream.messages).toEqual([{ is: 'goodbye', reason: 'leaving' }])
  })

  it('writes nothing more once it is aborted', async () => {
    control.send({ is: 'ping', id: 1 })
    control.abort(ended[0]!)
    control.send({ is: 'ping', id: 2 })
    await Promise.resolve()
    expect(stream.calls).toEqual(['abort'])
  })

  it('ends with a peer that reads nothing, also at the moment it is to be closed', () => {
    stream.writeBufferLength = MAX_UNSENT_CONTROL_BYTES + 1
    control.send({ is: 'ping', id: 1 })
    control.close()
    expect(stream.calls).toEqual(['send', 'abort'])
    expect(ended.map((error) => error?.code)).toEqual(['protocol-violation'])
  })
})
