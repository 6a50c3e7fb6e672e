import { ShoalError } from '../../base/index.ts'
import { FrameStream } from '../../transport/frame-stream.ts'
import { MAX_NEARBY_BYTES } from './limits.ts'
import type { Stream } from '@libp2p/interface'

/** Sends one message on a stream of its own: a frame, then the end. */
export async function sendOne(stream: Stream, message: Uint8Array, signal: AbortSignal): Promise<void> {
  await new FrameStream(stream, { mostBytes: MAX_NEARBY_BYTES }).send(message, { signal })
  await stream.close({ signal })
}

/**
 * Reads the one message of a stream.
 * @throws ShoalError `too-large`, `protocol-violation`; the stream's error or the signal's reason.
 */
export async function receiveOne(stream: Stream, signal: AbortSignal): Promise<Uint8Array> {
  const frames = new FrameStream(stream, { mostBytes: MAX_NEARBY_BYTES })
  const message = await frames.receive({ signal })
  if (await frames.hasEnded({ signal })) return message
  throw new ShoalError('protocol-violation', 'a nearby message goes on after its end')
}
