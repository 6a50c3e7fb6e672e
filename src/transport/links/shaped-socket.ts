import type { Socket } from 'node:net'
import type { Egress, EgressPort } from './egress.ts'
import type { Ingress, Reader } from './ingress.ts'

export type WriteCallback = (error?: Error | null) => void

/** How a socket writes and ends when nobody interferes. */
export interface SocketMethods {
  _write(chunk: Uint8Array | string, encoding: BufferEncoding, done: WriteCallback): void
  _writev(chunks: { chunk: Uint8Array | string; encoding: BufferEncoding }[], done: WriteCallback): void
  _final(done: WriteCallback): void
}

/** Node's own handle below a socket. A TLS handle's `_parent` is the TCP handle that it encrypts into. */
interface Handle {
  readStart(): number
  readStop(): number
  onread: (...args: unknown[]) => unknown
  readonly bytesRead: number
  readonly bytesWritten: number
  readonly _parent?: Handle
}

interface Surroundings {
  readonly egress: Egress
  readonly ingress: Ingress
  readonly original: SocketMethods
  /** By TCP handle: a server's TLS takes over the handle of a socket that was seen before. */
  readonly byHandle: WeakMap<object, ShapedSocket>
}

/** One TCP connection (or the TLS connection on it) behind the link of its process. */
export class ShapedSocket implements Reader {
  readonly #socket: Socket
  readonly #handle: Handle
  /** The handle's own ways of starting and stopping. */
  readonly #own: Pick<Handle, 'readStart' | 'readStop'>
  /** Counts what TCP carries: encryption included. */
  readonly #tcp: Handle
  readonly #around: Surroundings
  readonly #port: EgressPort
  #wantsToRead = false
  #sent = 0
  #received = 0

  /** 'other': not TCP; undefined: it has no handle yet. */
  static of(socket: Socket, around: Surroundings): ShapedSocket | 'other' | undefined {
    const handle = (socket as unknown as { _handle: Handle | null })._handle
    if (!handle) return undefined
    const tcp = handle._parent ?? handle
    return tcp.constructor.name === 'TCP' ? new ShapedSocket(socket, handle, tcp, around) : 'other'
  }

  private constructor(socket: Socket, handle: Handle, tcp: Handle, around: Surroundings) {
    this.#socket = socket
    this.#handle = handle
    this.#own = Object.getPrototypeOf(handle) as Pick<Handle, 'readStart' | 'readStop'>
    this.#tcp = tcp
    this.#around = around
    this.#port = around.egress.open({ put: (buffers, done) => this.#put(buffers, done) })
    const before = around.byHandle.get(tcp)
    if (before) this.#takeOver(before)
    around.byHandle.set(tcp, this)
    this.#watchReading()
    around.ingress.add(this)
    socket.once('close', () => {
      if (around.byHandle.get(tcp) === this) this.#count()
      around.ingress.remove(this)
      this.#port.close()
    })
  }

  write(buffers: readonly Uint8Array[], done: WriteCallback): void {
    this.#port.write(buffers, done)
  }

  /** Ends the sending side once everything has left. */
  end(finish: () => void): void {
    this.#port.whenDrained(finish)
  }

  stop(): void {
    if (this.#wantsToRead && this.#isOpen) this.#own.readStop.call(this.#handle)
  }

  start(): void {
    if (this.#wantsToRead && this.#isOpen) this.#own.readStart.call(this.#handle)
  }

  #takeOver(before: ShapedSocket): void {
    this.#sent = before.#sent
    this.#received = before.#received
    before.#wantsToRead = false
    this.#around.ingress.remove(before)
  }

  get #isOpen(): boolean {
    return (this.#socket as unknown as { _handle: Handle | null })._handle === this.#handle
  }

  #put(buffers: readonly Uint8Array[], done: WriteCallback): number {
    if (this.#socket.destroyed) {
      done(new Error('the connection was closed'))
      return 0
    }
    const { original } = this.#around
    if (buffers.length === 1)
      original._write.call(this.#socket, buffers[0]!, 'buffer' as BufferEncoding, done)
    else {
      const chunks = buffers.map((chunk) => ({ chunk, encoding: 'buffer' as BufferEncoding }))
      original._writev.call(this.#socket, chunks, done)
    }
    // Node's HTTP parser reads requests past us: they are counted with the answer.
    this.#countReceived()
    return this.#newlySent()
  }

  #newlySent(): number {
    const bytes = this.#tcp.bytesWritten - this.#sent
    this.#sent += bytes
    return bytes
  }

  #countReceived(): void {
    const bytes = this.#tcp.bytesRead - this.#received
    this.#received += bytes
    if (bytes > 0) this.#around.ingress.took(bytes)
  }

  /** With what was sent past us too: a TLS handshake. */
  #count(): void {
    this.#countReceived()
    const bytes = this.#newlySent()
    if (bytes > 0) this.#around.egress.charge(bytes)
  }

  /** Whoever starts or stops reading is remembered; it happens while the link allows it. */
  #watchReading(): void {
    const handle = this.#handle
    const own = this.#own
    const readStart = (): number => {
      this.#wantsToRead = true
      return this.#around.ingress.isBlocked ? 0 : own.readStart.call(handle)
    }
    const readStop = (): number => {
      this.#wantsToRead = false
      return own.readStop.call(handle)
    }
    Object.defineProperty(handle, 'readStart', { value: readStart })
    Object.defineProperty(handle, 'readStop', { value: readStop })
    // A server's socket is reading already when it is first seen.
    this.#wantsToRead = (handle as unknown as { reading?: boolean }).reading ?? false
    const onread = handle.onread
    handle.onread = (...args) => {
      const result = onread.apply(handle, args)
      this.#count()
      return result
    }
  }
}
