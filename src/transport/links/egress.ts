import type { Clock } from '../../base/index.ts'
import { MAX_PIECE_BYTES, MIN_PIECE_BYTES, PIECE_MS } from './limits.ts'
import { SerialLink } from './serial-link.ts'
import type { Air } from './types.ts'

/** Where a connection's bytes go once they have left the link. */
export interface EgressTarget {
  /** Hands bytes to the system and gives the number that went out, headers included; `done` when it has taken them. */
  put(buffers: readonly Uint8Array[], done: (error?: Error | null) => void): number
}

export interface EgressOptions {
  clock: Clock
  /** Bytes per second of all connections together; 0 is no limit. */
  rate: number
  /** Bytes per second of one connection: what the link at its other end takes, so that nothing queues before it. 0: none. */
  connectionRate: number
  /** Milliseconds until what has left arrives. */
  delayMs: number
  /** A medium that other processes use too. */
  air?: Air | undefined
}

interface Piece {
  readonly buffers: readonly Uint8Array[]
  readonly length: number
  /** Of the last piece of a write. */
  readonly done?: ((error?: Error | null) => void) | undefined
}

type Turn = { is: 'port'; port: EgressPort } | { is: 'busy'; inMs: number } | { is: 'nobody'; inMs: number }

/** Bytes out of one process: its connections take turns on one serial link, piece by piece. */
export class Egress {
  readonly #options: EgressOptions
  readonly #link: SerialLink
  #rates: Pick<EgressOptions, 'rate' | 'connectionRate' | 'delayMs'>
  /** Connections with something to send, in the order of their turns. */
  readonly #waiting = new Set<EgressPort>()
  #stopTimer: (() => void) | undefined
  #wakeAt = Infinity
  #isPumping = false

  constructor(options: EgressOptions) {
    this.#options = options
    this.#rates = options
    this.#link = new SerialLink(options.clock, options.rate)
  }

  /** Bytes that have left. */
  get bytes(): number {
    return this.#link.bytes
  }

  /** Another link: its rate from now on, the rest for connections that are opened from now on. */
  change(rates: Pick<EgressOptions, 'rate' | 'connectionRate' | 'delayMs'>): void {
    this.#rates = rates
    this.#link.rate = rates.rate
  }

  open(target: EgressTarget): EgressPort {
    const { clock } = this.#options
    const { rate, connectionRate, delayMs } = this.#rates
    const path = new SerialLink(clock, connectionRate)
    const onReady = (port: EgressPort): void => this.#ready(port)
    return new EgressPort({ clock, target, path, delayMs, pieceBytes: pieceBytes(rate), onReady })
  }

  /** Bytes that went out beside the turns: handshakes. */
  charge(bytes: number): void {
    this.#link.take(bytes)
    if (this.#waiting.size === 0) this.#link.rest()
  }

  close(): void {
    this.#stopTimer?.()
    this.#waiting.clear()
  }

  #ready(port: EgressPort): void {
    if (this.#waiting.size === 0) this.#link.queued()
    this.#waiting.add(port)
    this.#pump()
  }

  #pump(): void {
    if (this.#isPumping) return
    this.#isPumping = true
    try {
      while (this.#step());
    } finally {
      this.#isPumping = false
    }
  }

  /** Lets one piece go, or sees to it that somebody looks again. */
  #step(): boolean {
    const next = this.#next()
    if (next.is === 'busy') {
      this.#wakeIn(next.inMs)
      return false
    }
    if (next.is === 'nobody') {
      this.#link.rest()
      if (next.inMs < Infinity) this.#wakeIn(next.inMs)
      return false
    }
    const { port } = next
    const { air } = this.#options
    if (air && !air.tryTake(port.nextLength)) {
      this.#link.rest()
      air.whenGranted(() => this.#pump())
      return false
    }
    this.#waiting.delete(port)
    this.#link.take(port.release())
    if (port.isReady) this.#waiting.add(port)
    return true
  }

  /** Whose turn it is; `inMs` until somebody's may be. */
  #next(): Turn {
    const busyFor = this.#waiting.size > 0 ? this.#link.delay() : 0
    if (busyFor > 0) return { is: 'busy', inMs: busyFor }
    let inMs = Infinity
    for (const port of this.#waiting) {
      // Closed while it waited.
      if (!port.isReady) this.#waiting.delete(port)
    }
    for (const port of this.#waiting) {
      const delay = port.delay()
      if (delay <= 0) return { is: 'port', port }
      inMs = Math.min(inMs, delay)
    }
    return { is: 'nobody', inMs }
  }

  #wakeIn(ms: number): void {
    const { clock } = this.#options
    const at = clock.now() + ms
    if (this.#stopTimer && this.#wakeAt <= at) return
    this.#stopTimer?.()
    this.#wakeAt = at
    this.#stopTimer = clock.after(ms, () => {
      this.#stopTimer = undefined
      this.#pump()
    })
  }
}

/** One connection's place at the link. At most one piece is with the system at a time: a full link blocks who writes. */
export class EgressPort {
  readonly #clock: Clock
  readonly #target: EgressTarget
  readonly #path: SerialLink
  readonly #delayMs: number
  readonly #pieceBytes: number
  readonly #onReady: (port: EgressPort) => void
  readonly #pieces: Piece[] = []
  #state: 'free' | 'putting' | 'closed' = 'free'
  /** Pieces that have left and not arrived. */
  #onTheWay = 0
  /** Of those, what is to be handed over: the system takes one at a time. */
  readonly #arrived: (readonly Uint8Array[])[] = []
  #isHanding = false
  #drained: (() => void)[] = []

  constructor(init: {
    clock: Clock
    target: EgressTarget
    path: SerialLink
    delayMs: number
    pieceBytes: number
    onReady: (port: EgressPort) => void
  }) {
    this.#clock = init.clock
    this.#target = init.target
    this.#path = init.path
    this.#delayMs = init.delayMs
    this.#pieceBytes = init.pieceBytes
    this.#onReady = init.onReady
  }

  get isReady(): boolean {
    return this.#state === 'free' && this.#pieces.length > 0
  }

  get nextLength(): number {
    return this.#pieces[0]?.length ?? 0
  }

  /** Milliseconds until this connection may send. */
  delay(): number {
    return this.#path.delay()
  }

  /** Sends; `done` once everything has left the link (without a delay: once the system has it). */
  write(buffers: readonly Uint8Array[], done: (error?: Error | null) => void): void {
    const cut = cutPieces(buffers, this.#pieceBytes)
    if (cut.length === 0) return done()
    cut.forEach((piece, i) => this.#pieces.push(i === cut.length - 1 ? { ...piece, done } : piece))
    if (this.isReady) this.#onReady(this)
  }

  /** Calls back when nothing is queued nor on the way. */
  whenDrained(callback: () => void): void {
    if (this.#isDrained) callback()
    else this.#drained.push(callback)
  }

  /** The connection is gone: what is queued is dropped. */
  close(): void {
    this.#state = 'closed'
    this.#onTheWay = 0
    for (const { done } of this.#pieces.splice(0)) done?.(new Error('the connection was closed'))
    this.#tellDrained()
  }

  /** Lets the next piece go; gives the bytes that went. */
  release(): number {
    const piece = this.#pieces.shift()!
    const bytes = this.#delayMs > 0 ? this.#putLater(piece) : this.#put(piece)
    this.#path.take(bytes)
    if (this.#pieces.length === 0) this.#path.rest()
    return bytes
  }

  get #isDrained(): boolean {
    return this.#state !== 'putting' && this.#onTheWay === 0 && this.#pieces.length === 0
  }

  #put({ buffers, done }: Piece): number {
    this.#state = 'putting'
    return this.#target.put(buffers, (error) => {
      if (this.#state === 'putting') this.#state = 'free'
      done?.(error)
      this.#tellDrained()
      if (this.isReady) this.#onReady(this)
    })
  }

  /** Bytes on the way are a copy: whoever wrote them may use the memory again. */
  #putLater({ buffers, length, done }: Piece): number {
    const copies = buffers.map((buffer) => Uint8Array.from(buffer))
    this.#onTheWay++
    this.#clock.after(this.#delayMs, () => {
      this.#arrived.push(copies)
      this.#handOver()
    })
    // Not from within the pump: it may write at once.
    if (done) queueMicrotask(() => done())
    return length
  }

  #handOver(): void {
    if (this.#isHanding || this.#state === 'closed') return
    const buffers = this.#arrived.shift()
    if (!buffers) return
    this.#isHanding = true
    this.#target.put(buffers, () => {
      this.#isHanding = false
      this.#onTheWay = Math.max(0, this.#onTheWay - 1)
      this.#tellDrained()
      this.#handOver()
    })
  }

  #tellDrained(): void {
    if (this.#isDrained) for (const callback of this.#drained.splice(0)) callback()
  }
}

/** Bytes of a piece on a link of so many bytes per second. */
export function pieceBytes(rate: number): number {
  if (rate === 0) return MAX_PIECE_BYTES
  return Math.round(Math.min(MAX_PIECE_BYTES, Math.max(MIN_PIECE_BYTES, (rate * PIECE_MS) / 1000)))
}

/**
 * Pieces of the size given, small buffers together, nothing copied. What is left at the end goes with the last piece as long
 * as that is not half as long again: a header and its block stay one write.
 */
export function cutPieces(buffers: readonly Uint8Array[], size: number): Piece[] {
  const pieces: Piece[] = []
  let left = buffers.reduce((sum, { length }) => sum + length, 0)
  let current: Uint8Array[] = []
  let length = 0
  let target = left <= 1.5 * size ? left : size
  for (const buffer of buffers) {
    for (let at = 0; at < buffer.length;) {
      const part = buffer.subarray(at, at + target - length)
      current.push(part)
      length += part.length
      at += part.length
      if (length < target) continue
      pieces.push({ buffers: current, length })
      left -= length
      target = left <= 1.5 * size ? left : size
      current = []
      length = 0
    }
  }
  return pieces
}
