import { byteStream } from '@libp2p/utils'
import { concatBytes, ShoalError } from '../../base/index.ts'
import { MAX_NEARBY_BYTES } from './limits.ts'
import type { Stream } from '@libp2p/interface'

const PREFIX_BYTES = 4

/** Sends one message on a stream of its own: its length as four bytes, big-endian, the bytes, the end. */
export async function sendOne(stream: Stream, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  const prefix = new Uint8Array(PREFIX_BYTES)
  new DataView(prefix.buffer).setUint32(0, bytes.length)
  await byteStream(stream).write(concatBytes(prefix, bytes), { signal })
  await stream.close({ signal })
}

/**
 * Reads the one message of a stream. Nothing is kept beyond the announced length, which is bounded before it is believed.
 * @throws ShoalError `too-large`, `protocol-violation`; the stream's error or the signal's reason.
 */
export async function receiveOne(stream: Stream, signal: AbortSignal): Promise<Uint8Array> {
  const bytes = byteStream(stream, { maxBufferSize: MAX_NEARBY_BYTES + PREFIX_BYTES })
  const prefix = (await bytes.read({ bytes: PREFIX_BYTES, signal })).subarray()
  const length = new DataView(prefix.buffer, prefix.byteOffset).getUint32(0)
  if (length === 0 || length > MAX_NEARBY_BYTES) {
    throw new ShoalError('too-large', `a nearby message of ${length} bytes`, { data: { bytes: length } })
  }
  const message = (await bytes.read({ bytes: length, signal })).subarray()
  if ((await bytes.read({ signal })) !== null) {
    throw new ShoalError('protocol-violation', 'a nearby message goes on after its end')
  }
  return message
}
