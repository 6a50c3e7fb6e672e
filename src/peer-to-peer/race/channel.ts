import type { Stream } from '@libp2p/interface'
import type { z } from 'zod'
import { Allowance, asError, ShoalError, type Clock } from '../../base/index.ts'
import { FrameStream } from '../../transport/frame-stream.ts'
import { CLOSE_TIMEOUT_MS, MAX_FRAMES_AT_ONCE, MAX_FRAMES_PER_SECOND, MAX_RACE_FRAME } from './limits.ts'
import { decodeRaceMessage, encodeRaceMessage, type GuestMessage, type HostMessage } from './wire.ts'

/** Messages both ways on one stream. */
export class RaceChannel<Out extends HostMessage | GuestMessage, In> {
  readonly #stream: Stream
  readonly #frames: FrameStream
  readonly #incoming: z.ZodType<In>
  readonly #allowance: Allowance
  #sending: Promise<void> = Promise.resolve()

  constructor(stream: Stream, incoming: z.ZodType<In>, clock: Clock) {
    this.#stream = stream
    this.#incoming = incoming
    this.#allowance = new Allowance(clock, { atOnce: MAX_FRAMES_AT_ONCE, perSecond: MAX_FRAMES_PER_SECOND })
    this.#frames = new FrameStream(stream, { mostBytes: MAX_RACE_FRAME, bufferBytes: 4 * MAX_RACE_FRAME })
  }

  /** Messages go out in order; rejects when the other side is gone. */
  send(message: Out, signal?: AbortSignal): Promise<void> {
    const frame = encodeRaceMessage(message)
    const sent = this.#sending.then(() => this.#frames.send(frame, { signal }))
    this.#sending = sent.catch(() => {})
    return sent
  }

  /**
   * The next message; undefined at the end of the stream.
   * @throws ShoalError `protocol-violation`, `too-large`; the stream's error or the signal's reason.
   */
  async receive(signal?: AbortSignal): Promise<In | undefined> {
    const frame = await this.#frames.next({ signal })
    if (!frame) return undefined
    if (!this.#allowance.take()) throw new ShoalError('protocol-violation', 'more frames than a race has')
    return decodeRaceMessage(this.#incoming, frame)
  }

  /** Ends the stream: after what was sent, or with a reason at once. The other side always learns of it. */
  close(reason?: Error): void {
    if (reason) return this.#stream.abort(reason)
    const abort = (error: unknown): void => this.#stream.abort(asError(error))
    this.#stream.close({ signal: AbortSignal.timeout(CLOSE_TIMEOUT_MS) }).catch(abort)
  }
}
