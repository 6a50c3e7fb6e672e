import { connect, type TLSSocket } from 'node:tls'
import { ShoalError, type Clock } from '../../../base/index.ts'
import { LANE_AUTH_TIMEOUT_MS } from '../limits.ts'
import { BLOCK_HEADER_BYTES, decodeLaneFrame } from '../wire/blocks.ts'
import { Lane, type LaneSink } from './lane.ts'
import type { TlsIdentity } from './tls-identity.ts'
import { hasFingerprint, tlsOptions } from './tls-options.ts'
import { tlsPipe } from './tls-pipe.ts'
import type { TurnPacer } from './turn-pacer.ts'

export interface TlsDialOptions {
  readonly peer: string
  readonly host: string
  readonly port: number
  readonly identity: TlsIdentity
  /** SHA-256 of the certificate the other end announced over the control stream. */
  readonly fingerprint: Uint8Array
  readonly token: Uint8Array
  readonly sink: LaneSink
  readonly clock: Clock
  readonly pacer: TurnPacer
}

/**
 * Opens a TLS lane. Resolves when the other end has said that it is ready; not a byte is sent to an end with another
 * certificate than announced. Rejects with `peer-unreachable`, `proof-failed` or `timeout`.
 */
export function dialTlsLane(options: TlsDialOptions): Promise<Lane> {
  return new Promise((resolve, reject) => {
    const dial = new TlsDial(options, resolve, reject)
    dial.start()
  })
}

/** One attempt. Reads through `onread`, straight into the memory of the part that arrives. */
class TlsDial {
  readonly #options: TlsDialOptions
  readonly #resolve: (lane: Lane) => void
  readonly #reject: (error: ShoalError) => void
  readonly #ready = new Uint8Array(BLOCK_HEADER_BYTES)
  #readyFilled = 0
  #lane: Lane | undefined
  #socket: TLSSocket | undefined
  #stopTimer: () => void = () => {}

  constructor(options: TlsDialOptions, resolve: (lane: Lane) => void, reject: (error: ShoalError) => void) {
    this.#options = options
    this.#resolve = resolve
    this.#reject = reject
  }

  start(): void {
    const { host, port, identity, clock } = this.#options
    const socket = connect({
      host,
      port,
      ...tlsOptions(identity),
      // Node passes this on to the socket; its types know it for plain sockets only.
      ...({
        onread: {
          buffer: () => this.#region(),
          callback: (length: number, into: Uint8Array) => this.#read(length, into),
        },
      } as object),
    })
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('secureConnect', () => this.#authenticate(socket))
    socket.on('error', (error: Error) =>
      this.#end(new ShoalError('peer-unreachable', error.message, { cause: error })),
    )
    socket.on('close', () => this.#end(new ShoalError('peer-gone', 'the lane was closed')))
    socket.on('end', () => this.#end(new ShoalError('peer-gone', 'the lane was closed')))
    this.#stopTimer = clock.after(LANE_AUTH_TIMEOUT_MS, () =>
      this.#end(new ShoalError('timeout', 'no TLS lane in time')),
    )
  }

  #authenticate(socket: TLSSocket): void {
    if (hasFingerprint(socket, this.#options.fingerprint)) socket.write(this.#options.token)
    else this.#end(new ShoalError('proof-failed', 'another certificate than announced'))
  }

  #region(): Uint8Array {
    return this.#lane ? this.#lane.region() : this.#ready.subarray(this.#readyFilled)
  }

  #read(length: number, into: Uint8Array): boolean {
    if (this.#lane) {
      this.#options.pacer.moved(length)
      this.#lane.advance(length, into)
    } else this.#readReady(length)
    return true
  }

  #readReady(length: number): void {
    this.#readyFilled += length
    if (this.#readyFilled < BLOCK_HEADER_BYTES) return
    try {
      if (decodeLaneFrame(this.#ready).is !== 'ready') throw new Error('not ready')
    } catch (cause) {
      this.#end(
        new ShoalError('protocol-violation', 'a lane begins with something else than ready', { cause }),
      )
      return
    }
    this.#stopTimer()
    const { peer, sink, clock, pacer } = this.#options
    this.#lane = new Lane({ kind: 'tls', peer, pipe: tlsPipe(this.#socket!, pacer), sink, clock })
    this.#resolve(this.#lane)
  }

  #end(error: ShoalError): void {
    this.#stopTimer()
    if (this.#lane) return this.#lane.close(error)
    this.#socket?.destroy()
    this.#reject(error)
  }
}
