import type { BaseMessageFormat } from '@orpc/standard-server-peer'
import type { Clock } from '../base/clock.ts'
import { ShoalError } from '../base/errors.ts'
import { formatControl, parseFrame, type Control } from './frame.ts'
import {
  LINK_VERSION,
  LINK_WINDOW_CHARS,
  MAX_MALFORMED,
  MAX_REQUEST_CHARS,
  MAX_RESPONSE_CHARS,
  PING_EVERY_MS,
  SILENCE_MS,
} from './limits.ts'
import { SendWindow } from './send-window.ts'
import type { FrameTransport } from './transport.ts'

/** `off` where both ends live in one thread or the port tells its end by itself. */
export type Heartbeat = 'off' | { everyMs: number; silenceMs: number }

export const DEFAULT_HEARTBEAT: Heartbeat = { everyMs: PING_EVERY_MS, silenceMs: SILENCE_MS }

/** What the two kinds of link make of what arrives. `false` means: no honest peer sends this. */
export interface ConnectionEvents {
  message(message: BaseMessageFormat): boolean
  consumed(id: string, events: number): boolean
  hello(): void
  closed(cause: ShoalError): void
}

export interface ConnectionOptions {
  role: 'client' | 'core'
  clock: Clock
  heartbeat: Heartbeat
  events: ConnectionEvents
}

/**
 * What both ends of a link share: frames in and out, the window of characters, heartbeat, the count of malformed
 * frames, and one end with one cause. The core pings and the client answers, never the other way round: a hostile
 * page elicits nothing but acknowledgements, a few characters for each quarter of a window.
 */
export class Connection {
  readonly #transport: FrameTransport
  readonly #options: ConnectionOptions
  readonly #window = new SendWindow(LINK_WINDOW_CHARS)
  #stopHeartbeat: () => void = () => {}
  #lastHeard: number
  #taken = 0
  #reported = 0
  #malformed = 0
  #closed: ShoalError | undefined

  constructor(transport: FrameTransport, options: ConnectionOptions) {
    this.#transport = transport
    this.#options = options
    this.#lastHeard = options.clock.now()
  }

  /** Begins to listen; the owner is ready by then. */
  start(): void {
    const { heartbeat, clock, role } = this.#options
    if (heartbeat !== 'off')
      this.#stopHeartbeat = clock.every(heartbeat.everyMs, () => this.#beat(heartbeat.silenceMs))
    if (role === 'core') this.sendControl({ is: 'hello', version: LINK_VERSION })
    this.#transport.onClose((reason) => this.close(new ShoalError('core-gone', reason)))
    this.#transport.onFrame((raw) => this.#receive(raw))
  }

  get closed(): ShoalError | undefined {
    return this.#closed
  }

  /** Frames refused so far. */
  get malformed(): number {
    return this.#malformed
  }

  /** Sends the text of a message once the other side has room. Rejects with the link's cause when it ends first. */
  async send(text: string): Promise<void> {
    const credit = this.#window.take(text.length)
    if (credit) await credit
    this.#transport.send(text)
  }

  sendControl(control: Control): void {
    if (!this.#closed) this.#transport.send(formatControl(control))
  }

  /** Ends the link; everything pending on either side learns `cause`. */
  close(cause: ShoalError): void {
    if (this.#closed) return
    this.sendControl({ is: 'bye', code: cause.code })
    this.#closed = cause
    this.#stopHeartbeat()
    this.#window.close(cause)
    this.#transport.close()
    this.#options.events.closed(cause)
  }

  #receive(raw: unknown): void {
    if (this.#closed) return
    this.#lastHeard = this.#options.clock.now()
    const frame = parseFrame(raw, this.#options.role === 'core' ? MAX_REQUEST_CHARS : MAX_RESPONSE_CHARS)
    const understood =
      frame !== undefined &&
      (frame.is === 'message' ? this.#message(frame.message, raw) : this.#control(frame))
    if (!understood) this.#refuse()
  }

  #message(message: BaseMessageFormat, raw: unknown): boolean {
    this.#taken += (raw as string).length
    const understood = this.#options.events.message(message)
    if (this.#taken - this.#reported >= LINK_WINDOW_CHARS / 4) {
      this.#reported = this.#taken
      this.sendControl({ is: 'taken', chars: this.#taken })
    }
    return understood
  }

  #control(frame: Control): boolean {
    if (frame.is === 'taken') return this.#window.acknowledge(frame.chars)
    if (frame.is === 'bye') {
      const facts = { why: frame.code }
      this.close(
        new ShoalError('core-gone', `the other side ended the connection (${frame.code})`, { data: facts }),
      )
      return true
    }
    return this.#options.role === 'core' ? this.#controlOfClient(frame) : this.#controlOfCore(frame)
  }

  #controlOfClient(frame: Control): boolean {
    if (frame.is === 'consumed') return this.#options.events.consumed(frame.id, frame.events)
    return frame.is === 'pong'
  }

  #controlOfCore(frame: Control): boolean {
    if (frame.is === 'ping') this.sendControl({ is: 'pong' })
    else if (frame.is === 'hello') this.#hello(frame.version)
    return frame.is === 'ping' || frame.is === 'hello'
  }

  #hello(version: number): void {
    if (version === LINK_VERSION) return this.#options.events.hello()
    const facts = { theirs: version, ours: LINK_VERSION }
    this.close(new ShoalError('not-supported', 'the core is of another version; restart it', { data: facts }))
  }

  /** Dropped and counted. */
  #refuse(): void {
    if (++this.#malformed < MAX_MALFORMED) return
    this.close(new ShoalError('protocol-violation', `${this.#malformed} frames could not be understood`))
  }

  #beat(silenceMs: number): void {
    const silent = this.#options.clock.now() - this.#lastHeard
    if (silent > silenceMs)
      this.close(new ShoalError('core-gone', `nothing heard for ${Math.round(silent / 1000)} s`))
    else if (this.#options.role === 'core') this.sendControl({ is: 'ping' })
  }
}
