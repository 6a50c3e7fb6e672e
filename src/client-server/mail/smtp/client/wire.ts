import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import {
  errorMessage,
  ShoalError,
  withDeadline,
  type AbortOptions,
  type Clock,
} from '../../../../base/index.ts'
import { CONNECT_MS, HANDSHAKE_MS } from '../limits.ts'
import { replyLines, type Reply } from '../reply.ts'
import type { Transcript } from '../transcript.ts'
import { ReplyInput } from './reply-input.ts'

interface Waiting {
  resolve(reply: Reply): void
  reject(error: unknown): void
}

/** A connection to a server as lines and replies. Once it failed, everything that waits or will wait fails with the same reason. */
export class ClientWire {
  readonly #clock: Clock
  readonly #transcript: Transcript
  #socket: Socket
  #input = new ReplyInput()
  #replies: Reply[] = []
  #waiting: Waiting | undefined
  #failure: ShoalError | undefined

  private constructor(socket: Socket, clock: Clock, transcript: Transcript) {
    this.#clock = clock
    this.#transcript = transcript
    this.#socket = socket
    this.#attach(socket)
  }

  static async open(
    target: { readonly address: string; readonly port: number },
    options: AbortOptions & { clock: Clock; transcript: Transcript },
  ): Promise<ClientWire> {
    const socket = connectTcp({ host: target.address, port: target.port, noDelay: true })
    try {
      await withDeadline(CONNECT_MS, 'connecting', () => once(socket, 'connect'), options)
    } catch (error) {
      socket.destroy()
      socket.on('error', () => {})
      throw unreachable(`cannot connect: ${errorMessage(error)}`, error)
    }
    return new ClientWire(socket, options.clock, options.transcript)
  }

  get isUsable(): boolean {
    return this.#failure === undefined && this.#replies.length === 0 && !this.#input.isInside
  }

  /** Sends lines in one piece; `shown` is what the transcript keeps. */
  send(lines: readonly string[]): void {
    for (const line of lines) this.#transcript.add('client', line)
    this.write(lines.map((line) => `${line}\r\n`).join(''))
  }

  write(bytes: string | Uint8Array): void {
    if (!this.#failure) this.#socket.write(bytes)
  }

  /** The next reply. Rejects with `server-unreachable` when there is none in time or ever. */
  async reply(ms: number, options: AbortOptions = {}): Promise<Reply> {
    try {
      const answer = await withDeadline(ms, 'the reply', () => this.#next(), {
        ...options,
        clock: this.#clock,
      })
      for (const line of replyLines(answer)) this.#transcript.add('server', line)
      return answer
    } catch (error) {
      throw this.fail(unreachable(errorMessage(error), error))
    }
  }

  /** Goes on over TLS. Nobody vouches for the other side's certificate: this keeps listeners out, not impostors. */
  async startTls(options: AbortOptions = {}): Promise<void> {
    if (!this.isUsable) throw unreachable('the server spoke before TLS began')
    const plain = this.#socket
    plain.removeAllListeners()
    plain.on('error', () => {})
    const secure = connectTls({ socket: plain, rejectUnauthorized: false, minVersion: 'TLSv1.2' })
    try {
      await withDeadline(HANDSHAKE_MS, 'the TLS handshake', () => once(secure, 'secureConnect'), {
        ...options,
        clock: this.#clock,
      })
    } catch (error) {
      secure.destroy()
      plain.destroy()
      throw unreachable(`TLS failed: ${errorMessage(error)}`, error)
    }
    this.#transcript.add('client', `(TLS: ${secure.getProtocol()})`)
    this.#attach(secure)
  }

  /** Ends the connection; what was written still goes out. */
  end(): void {
    this.#failure ??= unreachable('the connection was closed')
    this.#socket.end()
  }

  /** Gives the reason of the first failure, which everything fails with. */
  fail(reason: ShoalError): ShoalError {
    const failure = (this.#failure ??= reason)
    this.#socket.destroy()
    this.#waiting?.reject(failure)
    this.#waiting = undefined
    return failure
  }

  #attach(socket: Socket): void {
    this.#socket = socket
    this.#input = new ReplyInput()
    socket.on('data', (chunk: Buffer) => this.#onData(chunk))
    socket.on('error', (error) => this.fail(unreachable(error.message, error)))
    socket.on('close', () => this.fail(unreachable('the server closed the connection')))
  }

  #onData(chunk: Buffer): void {
    this.#input.push(chunk)
    for (let next = this.#input.next(); next; next = this.#input.next()) {
      if (next === 'malformed') return void this.fail(unreachable('what answers there does not speak SMTP'))
      const waiting = this.#waiting
      this.#waiting = undefined
      if (waiting) waiting.resolve(next)
      else this.#replies.push(next)
    }
  }

  #next(): Promise<Reply> {
    const ready = this.#replies.shift()
    if (ready) return Promise.resolve(ready)
    if (this.#failure) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => (this.#waiting = { resolve, reject }))
  }
}

function once(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => {
      socket.off('error', reject)
      resolve()
    })
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('the connection was closed')))
  })
}

export function unreachable(why: string, cause?: unknown): ShoalError {
  return new ShoalError('server-unreachable', why, { cause })
}
