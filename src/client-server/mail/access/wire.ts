import type { Socket } from 'node:net'
import { TLSSocket, type SecureContext } from 'node:tls'
import type { Clock } from '../../../base/index.ts'
import { ByteQueue } from './byte-queue.ts'
import {
  HANDSHAKE_TIMEOUT_MS,
  LINGER_MS,
  READ_AHEAD_BYTES,
  WRITE_PIECE_BYTES,
  WRITE_STALLED_MS,
} from './limits.ts'

/** Why nothing more can be read. */
export type WireEnd = 'closed' | 'idle' | 'stopping'

/** Thrown by reads and writes once a connection is over: the session ends, nothing is wrong. */
export class WireClosed extends Error {
  readonly end: WireEnd

  constructor(end: WireEnd) {
    super(`the connection is over: ${end}`)
    this.name = 'WireClosed'
    this.end = end
  }
}

/**
 * A connection read line by line by one session, which asks for what it wants next: nothing is taken from the network
 * ahead of that but a bounded piece. Writes wait for the client to take them.
 */
export class Wire {
  readonly #clock: Clock
  readonly #queue = new ByteQueue()
  #socket: Socket
  #end: WireEnd | undefined
  #wake = (): void => {}
  #idleMs = 0

  constructor(socket: Socket, clock: Clock) {
    this.#socket = socket
    this.#clock = clock
    this.#listen(socket)
  }

  get isEncrypted(): boolean {
    return this.#socket instanceof TLSSocket
  }

  get remoteAddress(): string {
    return this.#socket.remoteAddress ?? 'unknown'
  }

  get localAddress(): string | undefined {
    return this.#socket.localAddress
  }

  /** How long the client may say nothing while a read waits. */
  setIdle(ms: number): void {
    this.#idleMs = ms
  }

  /**
   * The next line without its end, one character a byte. Undefined when it is too long: the rest is left
   * unread, and nothing sensible can follow. Throws WireClosed.
   */
  async readLine(most: number): Promise<string | undefined> {
    const length = await this.#wait(
      () => this.#queue.lineLength() ?? (this.#queue.length > most ? -1 : undefined),
    )
    if (length < 0 || length > most) return undefined
    const line = this.#queue.take(length).toString('latin1')
    return line.endsWith('\r\n') ? line.slice(0, -2) : line.slice(0, -1)
  }

  /** Exactly `length` bytes. They are collected as they come: a promise of many costs nothing yet. */
  async readBytes(length: number): Promise<Buffer> {
    const pieces: Buffer[] = []
    for (let left = length; left > 0; left -= pieces.at(-1)!.length) {
      await this.#wait(() => (this.#queue.length > 0 ? true : undefined))
      pieces.push(this.#queue.take(left))
    }
    return Buffer.concat(pieces, length)
  }

  /** Reads `length` bytes and forgets them. */
  async skipBytes(length: number): Promise<void> {
    for (let left = length; left > 0;) {
      await this.#wait(() => (this.#queue.length > 0 ? true : undefined))
      left -= this.#queue.take(left).length
    }
  }

  /** Sends text (one character a byte) or bytes; resolves when the client may be sent more. Throws WireClosed. */
  async write(data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data
    for (let at = 0; at < bytes.length || at === 0; at += WRITE_PIECE_BYTES) {
      if (!this.#socket.writable) throw new WireClosed('closed')
      if (!this.#socket.write(bytes.subarray(at, at + WRITE_PIECE_BYTES))) await this.#drained()
    }
  }

  /**
   * Sends the last plain reply and goes on with TLS. What the client sent ahead of that is thrown away: anybody on the
   * way may have put it there (RFC 3207 §4.2). Throws WireClosed when the handshake fails.
   */
  async startTls(context: SecureContext, reply: string): Promise<void> {
    const plain = this.#socket
    for (const event of ['data', 'end', 'error', 'close']) plain.removeAllListeners(event)
    plain.on('error', () => plain.destroy())
    plain.pause()
    this.#queue.clear()
    plain.write(reply)
    const secure = new TLSSocket(plain, { isServer: true, secureContext: context })
    this.#socket = secure
    this.#listen(secure)
    const cancel = this.#clock.after(HANDSHAKE_TIMEOUT_MS, () => secure.destroy())
    try {
      await new Promise<void>((resolve, reject) => {
        secure.once('secure', resolve)
        secure.once('close', () => reject(new WireClosed('closed')))
      })
    } finally {
      cancel()
    }
  }

  /** Makes the session's next read throw; what is being written still goes out. */
  stop(): void {
    this.#over('stopping')
  }

  /** Sends what is waiting, then closes, whether or not the client does. */
  close(): void {
    this.#over('closed')
    const socket = this.#socket
    socket.end()
    socket.resume()
    const cancel = this.#clock.after(LINGER_MS, () => socket.destroy())
    socket.once('close', cancel)
  }

  destroy(): void {
    this.#over('closed')
    this.#socket.destroy()
  }

  #listen(socket: Socket): void {
    socket.on('data', (bytes: Buffer) => this.#take(bytes))
    socket.on('end', () => this.#over('closed'))
    socket.on('error', () => this.destroy())
    socket.on('close', () => this.#over('closed'))
  }

  #take(bytes: Buffer): void {
    if (this.#end !== undefined) return
    this.#queue.push(bytes)
    if (this.#queue.length > READ_AHEAD_BYTES) this.#socket.pause()
    this.#wake()
  }

  #over(end: WireEnd): WireClosed {
    if (this.#end === undefined || this.#end === 'stopping') this.#end = end
    this.#wake()
    return new WireClosed(this.#end)
  }

  /** Waits until `look` finds something in what came. */
  async #wait<T>(look: () => T | undefined): Promise<T> {
    for (;;) {
      if (this.#end === 'stopping') throw new WireClosed('stopping')
      const found = look()
      if (found !== undefined) return found
      if (this.#end !== undefined) throw new WireClosed(this.#end)
      await this.#more()
    }
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#idleMs > 0 ? this.#clock.after(this.#idleMs, () => this.#over('idle')) : undefined
      this.#wake = () => {
        this.#wake = () => {}
        cancel?.()
        resolve()
      }
      this.#socket.resume()
    })
  }

  #drained(): Promise<void> {
    const socket = this.#socket
    return new Promise((resolve, reject) => {
      const done = (): void => {
        cancel()
        socket.off('drain', done)
        socket.off('close', done)
        if (socket.destroyed) reject(new WireClosed('closed'))
        else resolve()
      }
      const cancel = this.#clock.after(WRITE_STALLED_MS, () => socket.destroy())
      socket.on('drain', done)
      socket.on('close', done)
      if (socket.destroyed) done()
    })
  }
}

/** NUL and bare CR stand in no line of a mail protocol. */
export function isCleanLine(line: string): boolean {
  return !/[\0\r]/.test(line)
}
