import { byteStream } from '@libp2p/utils'
import type { Stream } from '@libp2p/interface'
import type { z } from 'zod'
import { concatBytes, ShoalError } from '../../base/index.ts'
import { MAX_RACE_FRAME } from './limits.ts'
import { decodeRaceMessage, encodeRaceMessage, type GuestMessage, type HostMessage } from './wire.ts'

const PREFIX_BYTES = 4

/** Messages both ways on one stream, each with its length in four bytes (big-endian). */
export class RaceChannel<Out extends HostMessage | GuestMessage, In> {
  readonly #stream: Stream
  readonly #bytes: ReturnType<typeof byteStream<Stream>>
  readonly #incoming: z.ZodType<In>
  #sending: Promise<void> = Promise.resolve()

  constructor(stream: Stream, incoming: z.ZodType<In>) {
    this.#stream = stream
    this.#incoming = incoming
    this.#bytes = byteStream(stream, { maxBufferSize: 4 * MAX_RACE_FRAME })
  }

  /** Messages go out in order; rejects when the other side is gone. */
  send(message: Out, signal?: AbortSignal): Promise<void> {
    const body = encodeRaceMessage(message)
    const prefix = new Uint8Array(PREFIX_BYTES)
    new DataView(prefix.buffer).setUint32(0, body.length)
    const options = signal ? { signal } : {}
    const sent = this.#sending.then(() => this.#bytes.write(concatBytes(prefix, body), options))
    this.#sending = sent.catch(() => {})
    return sent
  }

  /**
   * The next message; undefined at the end of the stream.
   * @throws ShoalError `protocol-violation`, `too-large`; the stream's error or the signal's reason.
   */
  async receive(signal?: AbortSignal): Promise<In | undefined> {
    const options = signal ? { signal } : {}
    const prefix = await this.#bytes.read({ bytes: PREFIX_BYTES, ...options }).catch((error: unknown) => {
      if (signal?.aborted || !isEnd(error)) throw error
    })
    if (!prefix) return undefined
    const head = prefix.subarray()
    const length = new DataView(head.buffer, head.byteOffset).getUint32(0)
    if (length === 0 || length > MAX_RACE_FRAME) {
      throw new ShoalError('too-large', `a race message of ${length} bytes`, { data: { bytes: length } })
    }
    const body = await this.#bytes.read({ bytes: length, ...options })
    return decodeRaceMessage(this.#incoming, body.subarray())
  }

  /** Ends the stream; with a reason, at once. */
  close(reason?: Error): void {
    if (reason) return this.#stream.abort(reason)
    this.#stream.close().then(undefined, () => {})
  }
}

/** The other side has said all it had to say, or the stream is no more: either way nothing follows. */
function isEnd(error: unknown): boolean {
  const name = error instanceof Error ? error.name : ''
  return name === 'UnexpectedEOFError' || name === 'StreamResetError' || name === 'StreamClosedError'
}
