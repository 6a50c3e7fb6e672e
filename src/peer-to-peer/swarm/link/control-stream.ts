import type { Stream } from '@libp2p/interface'
import { concatBytes, toShoalError, type Clock, type ShoalError } from '../../../base/index.ts'
import { TokenBucket } from '../../../transport/token-bucket.ts'
import {
  MAX_MESSAGES_PER_SECOND,
  MAX_UNPROVEN_MESSAGE,
  MAX_UNSENT_CONTROL_BYTES,
  MESSAGE_BURST,
} from '../limits.ts'
import { violation } from '../wire/bytes.ts'
import { frame, FrameSplitter } from '../wire/frames.ts'
import { decodeMessage, encodeMessage, messageLimit, type Message } from '../wire/messages.ts'

export interface ControlListener {
  /** Throwing `protocol-violation` ends the stream. */
  message(message: Message): void
  /** Called once, whoever ended it. */
  closed(error: ShoalError | undefined): void
}

/**
 * Messages over one libp2p stream. Until `prove` only the short messages of the hello are accepted. Messages are
 * handled as they arrive, in order, and counted: a flood ends the stream.
 */
export class ControlStream {
  readonly #stream: Stream
  readonly #splitter: FrameSplitter
  readonly #budget: TokenBucket
  #listener: ControlListener
  #unsent: Uint8Array[] = []
  #isProven = false
  #isOpen = true

  constructor(stream: Stream, listener: ControlListener, clock: Clock) {
    this.#stream = stream
    this.#listener = listener
    this.#splitter = new FrameSplitter((type) => this.#limitOf(type))
    this.#budget = new TokenBucket({ clock, rate: MAX_MESSAGES_PER_SECOND, burst: MESSAGE_BURST })
    stream.addEventListener('message', (event) => this.#receive(event.data.subarray()))
    stream.addEventListener('close', (event) => this.#ended(event.error))
    stream.addEventListener('remoteCloseWrite', () => this.close())
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** The other side has proven that it knows the share: the other messages are accepted from now on. */
  prove(listener: ControlListener): void {
    this.#isProven = true
    this.#listener = listener
  }

  send(message: Message): void {
    this.sendEncoded(encodeMessage(message))
  }

  sendEncoded(message: Uint8Array): void {
    if (!this.#isOpen) return
    if (this.#unsent.push(frame(message)) === 1) queueMicrotask(() => this.#flush())
  }

  /** What is said in one turn goes out as one: each write is a frame of the muxer, encrypted and written by itself. */
  #flush(): void {
    const pieces = this.#unsent
    if (pieces.length === 0 || !this.#isOpen) return
    this.#unsent = []
    try {
      this.#stream.send(pieces.length === 1 ? pieces[0]! : concatBytes(...pieces))
      if (this.#stream.writeBufferLength > MAX_UNSENT_CONTROL_BYTES) throw violation('the peer does not read')
    } catch (error) {
      this.abort(toShoalError(error, 'peer-gone'))
    }
  }

  /** Ends in good order: what was sent before still goes out. */
  close(): void {
    this.#flush()
    if (!this.#isOpen) return
    this.#end(undefined)
    this.#stream.close().catch((error: unknown) => this.#stream.abort(toShoalError(error, 'peer-gone')))
  }

  abort(error: ShoalError): void {
    if (!this.#isOpen) return
    this.#end(error)
    this.#stream.abort(error)
  }

  #limitOf(type: number): number | undefined {
    const limit = messageLimit(type)
    const belongsToHello = type <= LAST_HELLO_TYPE
    if (limit === undefined || belongsToHello === this.#isProven) return undefined
    return belongsToHello ? Math.min(limit, MAX_UNPROVEN_MESSAGE) : limit
  }

  #receive(bytes: Uint8Array): void {
    if (!this.#isOpen) return
    try {
      this.#splitter.push(bytes, (message) => this.deliver(decodeMessage, message))
    } catch (error) {
      this.abort(toShoalError(error))
    }
  }

  /** Decodes and hands on a message, whichever way it came. Throws `protocol-violation`. */
  deliver(decode: (bytes: Uint8Array) => Message, bytes: Uint8Array): void {
    if (this.#budget.delay() > 0) throw violation('too many messages')
    this.#budget.take(1)
    if (this.#isOpen) this.#listener.message(decode(bytes))
  }

  #ended(error: Error | undefined): void {
    this.#end(error ? toShoalError(error, 'peer-gone') : undefined)
  }

  #end(error: ShoalError | undefined): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#listener.closed(error)
  }
}

/** hello, challenge, proof, welcome, unknown. */
const LAST_HELLO_TYPE = 5
