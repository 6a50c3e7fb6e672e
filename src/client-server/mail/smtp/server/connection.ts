import type { Socket } from 'node:net'
import { TLSSocket, type SecureContext } from 'node:tls'
import type { Clock } from '../../../../base/index.ts'
import {
  HANDSHAKE_MS,
  LINGER_MS,
  MAX_AUTH_LINE_BYTES,
  MAX_COMMAND_BYTES,
  MAX_PENDING_BYTES,
  SERVER_IDLE_MS,
} from '../limits.ts'
import { reply, replyLines, type Reply } from '../reply.ts'
import type { Transcript } from '../transcript.ts'
import { DataInput } from './data-input.ts'
import { LineInput } from './line-input.ts'
import type { Outcome, SmtpSession } from './session.ts'

export interface ConnectionInit {
  readonly socket: Socket
  readonly session: SmtpSession
  readonly transcript: Transcript
  readonly clock: Clock
  readonly maxMessageBytes: number
  readonly secureContext: SecureContext | undefined
  /** Told how many more (or fewer) bytes of a message are held; false when that is too much for this server. */
  readonly hold: (bytes: number) => boolean
  readonly onClose: () => void
}

/** What the bytes that come in are. */
type Reading =
  | { readonly is: 'lines' }
  | { readonly is: 'message'; readonly data: DataInput; held: number }
  | { readonly is: 'nothing' }

/** A session's socket: bytes in, replies out, one thing at a time and in order. */
export class SmtpConnection {
  readonly #init: ConnectionInit
  readonly #session: SmtpSession
  readonly #input = new LineInput()
  #socket: Socket
  #reading: Reading = { is: 'lines' }
  #isBusy = false
  #out = ''
  /** To be said when the work is done that goes on. */
  #lastWord: Reply | undefined
  #cancelIdle: () => void = () => {}

  constructor(init: ConnectionInit) {
    this.#init = init
    this.#session = init.session
    this.#socket = init.socket
    this.#attach(init.socket)
    this.#say(this.#session.greeting)
    this.#flush()
  }

  /** Says why and closes, once what is being worked on was answered. */
  end(reason: Reply): void {
    if (this.#reading.is === 'nothing') return
    if (this.#isBusy) {
      this.#lastWord = reason
      return
    }
    this.#say(reason)
    this.#close()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #attach(socket: Socket): void {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => this.#onData(chunk))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#closed())
    // Half-closed by the client: nothing more will be asked, what was asked is answered.
    socket.on('end', () => {
      if (!this.#isBusy) socket.end()
    })
    this.#restartIdle()
  }

  #onData(chunk: Buffer): void {
    if (this.#reading.is === 'nothing') return
    this.#restartIdle()
    this.#input.push(chunk)
    if (this.#isBusy) {
      if (this.#input.pendingBytes > MAX_PENDING_BYTES) this.#socket.pause()
      return
    }
    this.#work()
  }

  /** Goes through what is there until something must be waited for. */
  #work(): void {
    while (this.#reading.is !== 'nothing') {
      const step = this.#reading.is === 'lines' ? this.#nextLine() : this.#nextData(this.#reading)
      if (step === undefined) break
      if (step instanceof Promise) {
        this.#wait(step)
        break
      }
      this.#act(step)
    }
    this.#flush()
  }

  #wait(step: Promise<Outcome>): void {
    this.#isBusy = true
    void step.catch(failed).then((outcome) => {
      this.#isBusy = false
      if (this.#socket.destroyed) return
      this.#act(outcome)
      if (this.#lastWord) this.end(this.#lastWord)
      if (this.#socket.isPaused()) this.#socket.resume()
      this.#work()
      if (this.#socket.readableEnded && !this.#isBusy) this.#socket.end()
    })
  }

  #nextLine(): Outcome | Promise<Outcome> | undefined {
    const isSecret = this.#session.awaitsSecret
    const token = this.#input.next(isSecret ? MAX_AUTH_LINE_BYTES : MAX_COMMAND_BYTES)
    if (!token) return undefined
    if (token.is !== 'line') {
      this.#init.transcript.add('client', `(${token.is})`)
      return this.#session.brokenLine(token.is)
    }
    const shown = isSecret ? '(secret)' : withoutSecrets(token.bytes.toString('utf8'))
    const outcome = this.#session.line(token.bytes)
    if (!(outcome instanceof Promise) && outcome.begins) this.#init.transcript.begin()
    this.#init.transcript.add('client', shown)
    return outcome
  }

  #nextData(reading: Extract<Reading, { is: 'message' }>): Outcome | Promise<Outcome> | undefined {
    const chunk = this.#input.takeAll()
    if (chunk.length === 0) return undefined
    const result = reading.data.push(chunk)
    if (!result) return this.#holdMore(reading)
    this.#letGo()
    this.#reading = { is: 'lines' }
    this.#init.transcript.add(
      'client',
      result.is === 'message' ? bodyLine(result.message.length) : '(message)',
    )
    if (result.is === 'message') this.#init.transcript.add('client', '.')
    if (result.is !== 'hopeless') this.#input.push(result.rest)
    return result.is === 'message'
      ? this.#session.message(result.message)
      : this.#session.refusedMessage(result.fault, result.is === 'hopeless')
  }

  #holdMore(reading: Extract<Reading, { is: 'message' }>): undefined {
    const more = reading.data.heldBytes - reading.held
    reading.held += more
    if (!this.#init.hold(more)) {
      this.#say({ code: 452, status: '4.3.1', lines: ['Too much mail at once; try again later'] })
      this.#close()
    }
    return undefined
  }

  #letGo(): void {
    if (this.#reading.is === 'message') this.#init.hold(-this.#reading.held)
  }

  #act({ reply: answer, next, messageId }: Outcome): void {
    this.#say(answer)
    if (messageId !== undefined) this.#init.transcript.file(messageId)
    if (next === 'close') this.#close()
    else if (next === 'start-tls') this.#startTls()
    else if (next === 'read-message')
      this.#reading = { is: 'message', data: new DataInput(this.#init.maxMessageBytes), held: 0 }
  }

  /** What was sent before the handshake could come from anybody on the way: it is not obeyed (RFC 3207 §4.2). */
  #startTls(): void {
    this.#flush()
    const plain = this.#socket
    if (this.#input.takeAll().length > 0) return this.#close()
    this.#cancelIdle()
    plain.removeAllListeners()
    plain.on('error', () => plain.destroy())
    const secure = new TLSSocket(plain, { isServer: true, secureContext: this.#init.secureContext! })
    const cancel = this.#init.clock.after(HANDSHAKE_MS, () => secure.destroy())
    secure.on('secure', () => {
      cancel()
      this.#init.transcript.add('server', `(TLS: ${secure.getProtocol()})`)
    })
    secure.on('close', cancel)
    this.#session.tlsStarted()
    this.#attach(secure)
  }

  #say(answer: Reply): void {
    for (const line of replyLines(answer)) {
      this.#init.transcript.add('server', line)
      this.#out += `${line}\r\n`
    }
  }

  #flush(): void {
    if (this.#out === '' || this.#socket.destroyed) return
    this.#socket.write(this.#out)
    this.#out = ''
  }

  /** The last reply goes out; what the client still sends is read over for a moment, so that it can read it. */
  #close(): void {
    this.#letGo()
    this.#flush()
    this.#reading = { is: 'nothing' }
    this.#session.closed()
    const socket = this.#socket
    socket.end()
    socket.resume()
    this.#cancelIdle()
    this.#cancelIdle = this.#init.clock.after(LINGER_MS, () => socket.destroy())
  }

  #closed(): void {
    this.#letGo()
    this.#reading = { is: 'nothing' }
    this.#session.closed()
    this.#cancelIdle()
    this.#init.onClose()
  }

  #restartIdle(): void {
    this.#cancelIdle()
    this.#cancelIdle = this.#init.clock.after(SERVER_IDLE_MS, () =>
      this.end({ code: 421, status: '4.4.2', lines: ['Nothing was said for too long'] }),
    )
  }
}

function failed(): Outcome {
  return { reply: reply(421, '4.3.0', 'Something failed here; try again later'), next: 'close' }
}

function bodyLine(bytes: number): string {
  return `(${bytes} bytes of message)`
}

/** A line as it may be kept: without the password that can follow AUTH PLAIN. */
function withoutSecrets(line: string): string {
  return line.replace(/^(AUTH +\S+) +\S.*$/i, '$1 (secret)')
}
