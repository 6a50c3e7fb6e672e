import {
  asError,
  Cleanup,
  errorMessage,
  isShoalError,
  raceSignal,
  ShoalError,
  silentLogger,
  systemClock,
  toShoalError,
  withDeadline,
  type AbortOptions,
  type Clock,
  type ErrorCode,
  type Logger,
} from '../../base/index.ts'
import { FrameStream } from '../../transport/frame-stream.ts'
import { SenderAllowances } from './allowances.ts'
import * as limits from './limits.ts'
import {
  decodeMessage,
  decodeReply,
  encodeMessage,
  encodeReply,
  type PeerMessage,
  type Refusal,
  type Reply,
} from './message.ts'
import type { Connection, PeerId, Stream, StreamHandler, StreamHandlerOptions } from '@libp2p/interface'

export const MESSAGE_PROTOCOL = '/shoal/message/1'

/** What messages need of the node. */
export interface MessageNetwork {
  readonly libp2p: {
    handle(protocol: string, handler: StreamHandler, options?: StreamHandlerOptions): Promise<void>
    unhandle(protocol: string): Promise<void>
  }
}

/** Who gets the messages. */
export interface Recipient {
  /** False for peers from whom nothing is wanted. */
  wants(from: PeerId): boolean
  /** Somebody this laptop has written to: strangers have less leave. */
  knows(from: PeerId): boolean
  /** Stores a message; the sender is told that it came once this returns. Throws when it cannot. */
  take(from: PeerId, message: PeerMessage): void
}

export interface MessengerOptions {
  network: MessageNetwork
  recipient: Recipient
  clock?: Clock
  log?: Logger
}

/** What each refusal means to the person who sent the message. */
const REFUSED: Readonly<Record<Refusal, { code: ErrorCode; message: string }>> = {
  'not-wanted': { code: 'declined', message: 'they take no messages from this laptop' },
  'too-many': { code: 'rate-limited', message: 'too many messages in a short time' },
  'not-understood': { code: 'not-supported', message: 'their version of Shoal does not know this message' },
  trouble: { code: 'storage-failed', message: 'their laptop could not keep the message' },
}

/** Direct messages: delivered now, to the laptop itself, or not at all. */
export class Messenger {
  readonly #network: MessageNetwork
  readonly #recipient: Recipient
  readonly #clock: Clock
  readonly #log: Logger
  readonly #allowances: SenderAllowances
  readonly #cleanup = new Cleanup()

  constructor(options: MessengerOptions) {
    this.#network = options.network
    this.#recipient = options.recipient
    this.#clock = options.clock ?? systemClock
    this.#log = (options.log ?? silentLogger).child('messages')
    this.#allowances = new SenderAllowances(this.#clock)
  }

  async start(): Promise<void> {
    const { libp2p } = this.#network
    await libp2p.handle(MESSAGE_PROTOCOL, (stream, connection) => this.#onStream(stream, connection), {
      maxInboundStreams: limits.MAX_INBOUND_STREAMS,
      maxOutboundStreams: limits.MAX_OUTBOUND_STREAMS,
    })
    this.#cleanup.add(() => libp2p.unhandle(MESSAGE_PROTOCOL))
  }

  stop(): Promise<void> {
    return this.#cleanup.run()
  }

  /**
   * Sends one message over an open connection and waits for the word that it is stored there.
   * @throws ShoalError `declined`, `rate-limited`, `not-supported`, `storage-failed` (over there), `peer-gone`, `timeout`,
   * `too-large`, `protocol-violation`.
   */
  async send(connection: Connection, message: PeerMessage, options: AbortOptions = {}): Promise<void> {
    const bytes = encodeMessage(message)
    const reply = await withDeadline(
      limits.SEND_TIMEOUT_MS,
      'a direct message',
      (signal) => this.#ask(connection, bytes, signal),
      { ...options, clock: this.#clock },
    )
    if (reply.is === 'taken') return
    const { code, message: words } = REFUSED[reply.why]
    throw new ShoalError(code, words)
  }

  async #ask(connection: Connection, bytes: Uint8Array, signal: AbortSignal): Promise<Reply> {
    const stream = await openStream(connection, signal)
    try {
      const frames = new FrameStream(stream, { mostBytes: limits.MAX_REPLY_BYTES })
      await frames.send(bytes, { signal })
      const reply = decodeReply(await frames.receive({ signal }))
      void stream.close().catch(() => {})
      return reply
    } catch (error) {
      stream.abort(asError(error))
      if (signal.aborted || isShoalError(error)) throw error
      throw new ShoalError('peer-gone', 'the connection broke off before the message arrived', {
        cause: error,
      })
    }
  }

  async #onStream(stream: Stream, { remotePeer }: Connection): Promise<void> {
    try {
      await withDeadline(
        limits.RECEIVE_TIMEOUT_MS,
        'a direct message',
        async (signal) => {
          const frames = new FrameStream(stream, { mostBytes: limits.MAX_MESSAGE_BYTES })
          const reply = this.#wants(remotePeer) ?? this.#take(remotePeer, await frames.receive({ signal }))
          await frames.send(encodeReply(reply), { signal })
          await raceSignal(stream.close(), signal)
        },
        { clock: this.#clock },
      )
    } catch (error) {
      this.#log.debug('a message was not taken', { peer: remotePeer.toString(), error: errorMessage(error) })
      stream.abort(asError(error))
    }
  }

  /** The refusal of somebody who is not listened to; nothing they say is read. */
  #wants(from: PeerId): Reply | undefined {
    if (!this.#recipient.wants(from)) return { is: 'refused', why: 'not-wanted' }
    const mayWrite = this.#allowances.take(from.toString(), this.#recipient.knows(from))
    return mayWrite ? undefined : { is: 'refused', why: 'too-many' }
  }

  #take(from: PeerId, bytes: Uint8Array): Reply {
    const message = this.#understand(from, bytes)
    if (!message) return { is: 'refused', why: 'not-understood' }
    try {
      this.#recipient.take(from, message)
      return { is: 'taken' }
    } catch (error) {
      this.#log.warn('a message could not be kept', { error: errorMessage(error) })
      return { is: 'refused', why: 'trouble' }
    }
  }

  #understand(from: PeerId, bytes: Uint8Array): PeerMessage | undefined {
    try {
      return decodeMessage(bytes)
    } catch (error) {
      this.#log.debug('a message was not understood', { peer: from.toString(), error: errorMessage(error) })
      return undefined
    }
  }
}

async function openStream(connection: Connection, signal: AbortSignal): Promise<Stream> {
  try {
    return await connection.newStream(MESSAGE_PROTOCOL, { signal })
  } catch (cause) {
    if (signal.aborted) throw toShoalError(signal.reason, 'timeout')
    if ((cause as Error).name === 'UnsupportedProtocolError') {
      throw new ShoalError('not-supported', 'their version of Shoal knows no messages', { cause })
    }
    throw new ShoalError('peer-gone', 'the connection is gone', { cause })
  }
}
