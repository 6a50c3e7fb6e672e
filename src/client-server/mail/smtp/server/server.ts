import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createSecureContext, type SecureContext } from 'node:tls'
import type { Startable } from '../../../../base/index.ts'
import type { Accounts, Dialogues, MailComponents, TlsIdentity } from '../../types.ts'
import {
  MAX_MESSAGE_BYTES,
  MAX_RECEIVING_BYTES,
  MAX_SESSIONS,
  MAX_SESSIONS_PER_SOURCE,
  STOP_GRACE_MS,
} from '../limits.ts'
import { reply, replyLines } from '../reply.ts'
import { Transcript } from '../transcript.ts'
import { SmtpConnection } from './connection.ts'
import { SmtpSession } from './session.ts'
import type { PostOffice } from './types.ts'

export interface SmtpServerInit {
  /** Address and port to listen on; port 0 for any. */
  readonly listen: { readonly host: string; readonly port: number }
  /** What this server is called, asked for each session. */
  readonly hostName: () => string
  readonly office: PostOffice
  readonly accounts: Pick<Accounts, 'verify'>
  readonly dialogues: Dialogues
  readonly tls?: TlsIdentity | undefined
  readonly maxMessageBytes?: number | undefined
  readonly maxSessionsPerSource?: number | undefined
}

/** Takes mail by SMTP (RFC 5321): from programs that log in, for everybody; from anybody, for those who have a mailbox here. */
export class SmtpServer implements Startable {
  readonly #components: MailComponents
  readonly #init: SmtpServerInit
  readonly #server: Server
  readonly #secureContext: SecureContext | undefined
  readonly #connections = new Set<SmtpConnection>()
  readonly #perSource = new Map<string, number>()
  #receiving = 0

  constructor(components: MailComponents, init: SmtpServerInit) {
    this.#components = components
    this.#init = init
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket))
    this.#secureContext = init.tls && createSecureContext({ ...init.tls, minVersion: 'TLSv1.2' })
  }

  /** The port it listens on. */
  get port(): number {
    return (this.#server.address() as AddressInfo | null)?.port ?? 0
  }

  get sessions(): number {
    return this.#connections.size
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(this.#init.listen, () => {
        this.#server.off('error', reject)
        this.#server.on('error', (error) =>
          this.#components.log.warn('the SMTP listener failed', { error: String(error) }),
        )
        resolve()
      })
    })
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const connection of this.#connections)
      connection.end(reply(421, '4.3.2', `${this.#init.hostName()} is shutting down`))
    const cancel = this.#components.clock.after(STOP_GRACE_MS, () => {
      for (const connection of this.#connections) connection.destroy()
    })
    await closed
    cancel()
  }

  #accept(socket: Socket): void {
    const source = plainAddress(socket.remoteAddress ?? '')
    const ofSource = this.#perSource.get(source) ?? 0
    const most = this.#init.maxSessionsPerSource ?? MAX_SESSIONS_PER_SOURCE
    if (this.#connections.size >= MAX_SESSIONS || ofSource >= most) return turnAway(socket)
    this.#perSource.set(source, ofSource + 1)
    const connection: SmtpConnection = new SmtpConnection({
      socket,
      session: this.#session(source),
      transcript: new Transcript({
        clock: this.#components.clock,
        dialogues: this.#init.dialogues,
        self: 'server',
        other: source,
      }),
      clock: this.#components.clock,
      maxMessageBytes: this.#maxMessageBytes,
      secureContext: this.#secureContext,
      hold: (bytes) => (this.#receiving += bytes) <= MAX_RECEIVING_BYTES,
      onClose: () => this.#closed(connection, source),
    })
    this.#connections.add(connection)
  }

  #session(source: string): SmtpSession {
    const { hostName, office, accounts } = this.#init
    return new SmtpSession({
      host: hostName(),
      source,
      isLoopback: isLoopback(source),
      canStartTls: this.#secureContext !== undefined,
      maxMessageBytes: this.#maxMessageBytes,
      office,
      accounts,
      log: this.#components.log,
    })
  }

  get #maxMessageBytes(): number {
    return this.#init.maxMessageBytes ?? MAX_MESSAGE_BYTES
  }

  #closed(connection: SmtpConnection, source: string): void {
    if (!this.#connections.delete(connection)) return
    const left = (this.#perSource.get(source) ?? 1) - 1
    if (left > 0) this.#perSource.set(source, left)
    else this.#perSource.delete(source)
  }
}

function turnAway(socket: Socket): void {
  socket.on('error', () => socket.destroy())
  const [line] = replyLines(reply(421, '4.7.0', 'Too many connections; try again later'))
  socket.end(`${line}\r\n`, () => socket.destroy())
}

/** `::ffff:127.0.0.1`, as a socket for both families says it, is 127.0.0.1. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.')
}
