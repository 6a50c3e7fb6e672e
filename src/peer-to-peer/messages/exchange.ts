import { byteStream } from '@libp2p/utils'
import { concatBytes, ShoalError } from '../../base/index.ts'
import { MAX_MESSAGE_BYTES, MAX_REPLY_BYTES } from './limits.ts'
import type { Stream } from '@libp2p/interface'

const PREFIX_BYTES = 4

/** One exchange on a stream of its own: a message there, an answer back, each with its length in four bytes (big-endian). */
export interface Exchange {
  send(bytes: Uint8Array, signal: AbortSignal): Promise<void>
  /**
   * The next frame; its length is bounded before it is believed.
   * @throws ShoalError `too-large`; the stream's error or the signal's reason.
   */
  receive(signal: AbortSignal): Promise<Uint8Array>
}

/** The side that sends a message and receives an answer. */
export function askingExchange(stream: Stream): Exchange {
  return exchange(stream, MAX_REPLY_BYTES)
}

/** The side that receives a message and answers. */
export function answeringExchange(stream: Stream): Exchange {
  return exchange(stream, MAX_MESSAGE_BYTES)
}

function exchange(stream: Stream, mostBytes: number): Exchange {
  const bytes = byteStream(stream, { maxBufferSize: mostBytes + PREFIX_BYTES })
  return {
    async send(message, signal) {
      const prefix = new Uint8Array(PREFIX_BYTES)
      new DataView(prefix.buffer).setUint32(0, message.length)
      await bytes.write(concatBytes(prefix, message), { signal })
    },
    async receive(signal) {
      const prefix = (await bytes.read({ bytes: PREFIX_BYTES, signal })).subarray()
      const length = new DataView(prefix.buffer, prefix.byteOffset).getUint32(0)
      if (length === 0 || length > mostBytes) {
        throw new ShoalError('too-large', `a frame of ${length} bytes`, { data: { bytes: length } })
      }
      return (await bytes.read({ bytes: length, signal })).subarray()
    },
  }
}
