import type { Socket } from 'node:net'
import { createServer, type Server, type TLSSocket } from 'node:tls'
import { ShoalError, toHex, type Clock, type Logger } from '../../../base/index.ts'
import { LANE_AUTH_TIMEOUT_MS, LANE_TOKEN_BYTES, MAX_UNAUTHENTICATED_LANES } from '../limits.ts'
import { encodeLaneFrame } from '../wire/blocks.ts'
import { Lane, type LaneSink } from './lane.ts'
import { readInto } from './read-into.ts'
import type { TlsIdentity } from './tls-identity.ts'
import { hasFingerprint, tlsOptions } from './tls-options.ts'
import { tlsPipe } from './tls-pipe.ts'
import type { TurnPacer } from './turn-pacer.ts'

/** Who may come with a token, once. */
export interface LaneInvitation {
  readonly peer: string
  readonly fingerprint: Uint8Array
  readonly sink: LaneSink
  accepted(lane: Lane): void
}

/**
 * Accepts TLS lanes of peers that were given a token over their control stream. A token finds the session and nothing
 * more: without the certificate announced there nobody gets as much as an answer.
 */
export class TlsListener {
  readonly #identity: TlsIdentity
  readonly #clock: Clock
  readonly #log: Logger
  readonly #pacer: TurnPacer
  readonly #invitations = new Map<string, LaneInvitation>()
  readonly #sockets = new Set<Socket>()
  #unauthenticated = 0
  #server: Server | undefined

  constructor(init: { identity: TlsIdentity; clock: Clock; log: Logger; pacer: TurnPacer }) {
    this.#identity = init.identity
    this.#clock = init.clock
    this.#log = init.log
    this.#pacer = init.pacer
  }

  /** TCP port; 0 while not listening. */
  get port(): number {
    const address = this.#server?.address()
    return typeof address === 'object' && address ? address.port : 0
  }

  /** Sockets that have not shown a token and a certificate yet. */
  get unauthenticated(): number {
    return this.#unauthenticated
  }

  /** Listens on every address of this host: the one a peer uses is known only when it connects. */
  async listen(port = 0): Promise<void> {
    const server = createServer({ ...tlsOptions(this.#identity), handshakeTimeout: LANE_AUTH_TIMEOUT_MS })
    this.#server = server
    server.on('connection', (socket: Socket) => this.#admit(socket))
    server.on('secureConnection', (socket) => this.#authenticate(socket))
    server.on('tlsClientError', (error) => this.#log.debug('TLS lane refused', { error: error.message }))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, () => resolve())
    })
    server.on('error', (error: Error) => this.#log.warn('TLS lane listener', { error: error.message }))
  }

  /** Expects a lane; the returned function withdraws the invitation. */
  invite(token: Uint8Array, invitation: LaneInvitation): () => void {
    const key = toHex(token)
    this.#invitations.set(key, invitation)
    return () => void this.#invitations.delete(key)
  }

  async close(): Promise<void> {
    const server = this.#server
    if (!server) return
    this.#server = undefined
    for (const socket of this.#sockets) socket.destroy()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }

  /** Counted from the first packet on, so that half-open handshakes count too. */
  #admit(socket: Socket): void {
    if (this.#unauthenticated >= MAX_UNAUTHENTICATED_LANES) {
      socket.destroy()
      return
    }
    this.#unauthenticated++
    this.#sockets.add(socket)
    const stopTimer = this.#clock.after(LANE_AUTH_TIMEOUT_MS, () => socket.destroy())
    const settle = (): void => {
      stopTimer()
      if (this.#pending.delete(socket)) this.#unauthenticated--
    }
    this.#pending.set(socket, settle)
    socket.on('close', () => {
      settle()
      this.#sockets.delete(socket)
    })
  }

  readonly #pending = new Map<Socket, () => void>()

  #authenticate(socket: TLSSocket): void {
    const raw = rawSocket(socket)
    const token = new Uint8Array(LANE_TOKEN_BYTES)
    let filled = 0
    let lane: Lane | undefined
    socket.setNoDelay(true)
    socket.on('error', (error: Error) => lane?.close(error))
    socket.on('close', () => lane?.close(new ShoalError('peer-gone', 'the lane was closed')))
    socket.on('data', (bytes: Uint8Array) => {
      if (lane) {
        this.#pacer.moved(bytes.length)
        lane.push(bytes)
        return
      }
      const taken = bytes.subarray(0, LANE_TOKEN_BYTES - filled)
      token.set(taken, filled)
      filled += taken.length
      if (filled < LANE_TOKEN_BYTES) return
      lane = this.#accept(socket, token)
      if (!lane) return void socket.destroy()
      if (raw) this.#pending.get(raw)?.()
      if (bytes.length > taken.length) lane.push(bytes.subarray(taken.length))
      this.#readStraight(socket, lane)
    })
  }

  /** From now on into the memory of what arrives; where that cannot be, through the `data` events as before. */
  #readStraight(socket: TLSSocket, lane: Lane): void {
    readInto(socket, {
      buffer: () => lane.region(),
      callback: (length, into) => {
        this.#pacer.moved(length)
        lane.advance(length, into)
        return true
      },
    })
  }

  #accept(socket: TLSSocket, token: Uint8Array): Lane | undefined {
    const key = toHex(token)
    const invitation = this.#invitations.get(key)
    // A token works once, whoever brings it.
    this.#invitations.delete(key)
    if (!invitation || !hasFingerprint(socket, invitation.fingerprint)) return undefined
    const { peer, sink } = invitation
    const lane = new Lane({ kind: 'tls', peer, pipe: tlsPipe(socket, this.#pacer), sink, clock: this.#clock })
    socket.write(encodeLaneFrame({ is: 'ready' }))
    invitation.accepted(lane)
    return lane
  }
}

/** The TCP socket below, by which connections are counted from before the handshake. */
function rawSocket(socket: TLSSocket): Socket | undefined {
  return (socket as unknown as { _parent?: Socket })._parent
}
