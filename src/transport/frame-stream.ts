import { byteStream } from '@libp2p/utils'
import type { Stream } from '@libp2p/interface'
import { concatBytes, ShoalError, type AbortOptions } from '../base/index.ts'

const PREFIX_BYTES = 4

export interface FrameStreamInit {
  /** A frame longer than this is refused when its length is read. */
  readonly mostBytes: number
  /** Bytes kept while nobody reads; beyond it the stream is aborted. One frame by default. */
  readonly bufferBytes?: number
}

/** Frames both ways on one libp2p stream, each with its length before it: four bytes, big-endian, never zero. */
export class FrameStream {
  readonly #bytes: ReturnType<typeof byteStream<Stream>>
  readonly #mostBytes: number

  constructor(stream: Stream, { mostBytes, bufferBytes = mostBytes + PREFIX_BYTES }: FrameStreamInit) {
    this.#bytes = byteStream(stream, { maxBufferSize: bufferBytes })
    this.#mostBytes = mostBytes
  }

  /** Resolves when the stream took the frame. @throws the stream's error or the signal's reason. */
  async send(frame: Uint8Array, options: AbortOptions = {}): Promise<void> {
    const prefix = new Uint8Array(PREFIX_BYTES)
    new DataView(prefix.buffer).setUint32(0, frame.length)
    await this.#bytes.write(concatBytes(prefix, frame), known(options))
  }

  /**
   * The next frame; its length is bounded before it is believed.
   * @throws ShoalError `too-large`; the stream's error, at its end too, or the signal's reason.
   */
  async receive(options: AbortOptions = {}): Promise<Uint8Array> {
    return this.#body(await this.#length(options), options)
  }

  /** The same, but undefined when the stream ends, or was ended by the other side, between two frames. */
  async next(options: AbortOptions = {}): Promise<Uint8Array | undefined> {
    const length = await this.#length(options).catch((error: unknown) => {
      if (options.signal?.aborted || !isEnd(error)) throw error
    })
    return length === undefined ? undefined : this.#body(length, options)
  }

  /** Whether nothing follows; waits for the end or for what comes instead. */
  async hasEnded(options: AbortOptions = {}): Promise<boolean> {
    return (await this.#bytes.read(known(options))) === null
  }

  async #length(options: AbortOptions): Promise<number> {
    const prefix = (await this.#bytes.read({ bytes: PREFIX_BYTES, ...known(options) })).subarray()
    const length = new DataView(prefix.buffer, prefix.byteOffset).getUint32(0)
    if (length > 0 && length <= this.#mostBytes) return length
    throw new ShoalError('too-large', `a frame of ${length} bytes`, { data: { bytes: length } })
  }

  async #body(length: number, options: AbortOptions): Promise<Uint8Array> {
    return (await this.#bytes.read({ bytes: length, ...known(options) })).subarray()
  }
}

/** The library's options know no undefined. */
function known({ signal }: AbortOptions): { signal?: AbortSignal } {
  return signal ? { signal } : {}
}

/** The other side has said all it had to say, or the stream is no more: either way nothing follows. */
function isEnd(error: unknown): boolean {
  const name = error instanceof Error ? error.name : ''
  return name === 'UnexpectedEOFError' || name === 'StreamResetError' || name === 'StreamClosedError'
}
