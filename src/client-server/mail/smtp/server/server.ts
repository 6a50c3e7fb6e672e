import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createSecureContext, type SecureContext } from 'node:tls'
import { withoutMapping, type Startable } from '../../../../base/index.ts'
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
import { Together } from './together.ts'
import type { PostOffice } from './types.ts'

export interface SmtpServerInit {
  /** IP addresses to listen on, at least one, and the port on all of them; 0 for any. */
  readonly hosts: readonly string[]
  readonly port: number
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
  #listeners: Server[] = []
  readonly #secureContext: SecureContext | undefined
  readonly #connections = new Set<SmtpConnection>()
  readonly #perSource = new Map<string, number>()
  readonly #together: Together
  #receiving = 0

  constructor(components: MailComponents, init: SmtpServerInit) {
    this.#components = components
    this.#init = init
    this.#together = new Together(components.clock)
    this.#secureContext = init.tls && createSecureContext({ ...init.tls, minVersion: 'TLSv1.2' })
  }

  /** The port it listens on; 0 while it does not. */
  get port(): number {
    return (this.#listeners[0]?.address() as AddressInfo | null | undefined)?.port ?? 0
  }

  get sessions(): number {
    return this.#connections.size
  }

  /** Rejects with the system's error (`EADDRINUSE`), and then listens nowhere. */
  async start(): Promise<void> {
    try {
      for (const host of this.#init.hosts) await this.#listen(host)
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  async stop(): Promise<void> {
    const closed = this.#listeners.map(
      (server) => new Promise<void>((resolve) => server.close(() => resolve())),
    )
    this.#listeners = []
    for (const connection of this.#connections)
      connection.end(reply(421, '4.3.2', `${this.#init.hostName()} is shutting down`))
    const cancel = this.#components.clock.after(STOP_GRACE_MS, () => {
      for (const connection of this.#connections) connection.destroy()
    })
    await Promise.all(closed)
    cancel()
  }

  #listen(host: string): Promise<void> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket))
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port: this.port || this.#init.port }, () => {
        server.off('error', reject)
        server.on('error', (error) =>
          this.#components.log.warn('the SMTP listener failed', { error: String(error) }),
        )
        this.#listeners.push(server)
        resolve()
      })
    })
  }

  #accept(socket: Socket): void {
    const source = withoutMapping(socket.remoteAddress ?? '')
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
      together: this.#together,
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

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.')
}
