import { Socket } from 'node:net'
import { ShoalError, type Clock } from '../../base/index.ts'
import { Egress } from './egress.ts'
import { Ingress } from './ingress.ts'
import { ShapedSocket, type SocketMethods, type WriteCallback } from './shaped-socket.ts'
import type { Air, LinkCounters, LinkSpec } from './types.ts'

/** The link of this process. */
export interface ShapedProcess {
  counters(): LinkCounters
  /** Another link from now on; a connection's own rate and delay are those of when it was opened. */
  change(spec: LinkSpec): void
  /** Gives sockets back their own ways; those open stay open. */
  remove(): void
}

/** What a stream's author overrides, as Node's documentation of streams has it. */
type Internals = SocketMethods & {
  _read(size: number): void
}

/**
 * Puts this whole process behind one link: every TCP connection it opens or accepts from now on, TLS or not, shares the
 * rates given. For programs whose every connection belongs to the experiment: pipes and UDP are not touched. What TCP and IP
 * add to the bytes of a connection is not counted.
 * @throws ShoalError `not-supported` where sockets are not built as Node 24 builds them.
 */
export function shapeProcess(spec: LinkSpec, clock: Clock, air?: Air): ShapedProcess {
  const prototype = Socket.prototype as unknown as Internals
  const original = methodsOf(prototype)
  const egress = new Egress({ clock, ...egressRates(spec), air })
  const ingress = new Ingress(clock, spec.down)
  const shaped = new WeakMap<object, ShapedSocket | 'other'>()
  const around = { egress, ingress, original, byHandle: new WeakMap<object, ShapedSocket>() }
  const find = (socket: Socket): ShapedSocket | undefined => {
    const known = shaped.get(socket)
    if (known) return known === 'other' ? undefined : known
    const made = ShapedSocket.of(socket, around)
    // Without a handle it is not connected to anything yet: asked again.
    if (made) shaped.set(socket, made)
    return made === 'other' ? undefined : made
  }
  const own: Internals = {
    _read(this: Socket, size: number) {
      find(this)
      original._read.call(this, size)
    },
    _write(this: Socket, chunk: Uint8Array | string, encoding: BufferEncoding, done: WriteCallback) {
      const found = find(this)
      if (found) found.write([bytesOf(chunk, encoding)], done)
      else original._write.call(this, chunk, encoding, done)
    },
    _writev(this: Socket, chunks: { chunk: Uint8Array | string; encoding: BufferEncoding }[], done) {
      const found = find(this)
      const all = (): Uint8Array[] => chunks.map(({ chunk, encoding }) => bytesOf(chunk, encoding))
      if (found) found.write(all(), done)
      else original._writev.call(this, chunks, done)
    },
    _final(this: Socket, done: WriteCallback) {
      const found = find(this)
      if (found) found.end(() => original._final.call(this, done))
      else original._final.call(this, done)
    },
  }
  Object.assign(prototype, own)
  return {
    counters: () => ({ sent: egress.bytes, received: ingress.bytes, lastBulkAt: ingress.lastBulkAt }),
    change: (changed) => {
      egress.change(egressRates(changed))
      ingress.rate = changed.down
    },
    remove: () => {
      Object.assign(prototype, original)
      egress.close()
      ingress.close()
    },
  }
}

function egressRates({ up, connection = 0, delayMs = 0 }: LinkSpec) {
  return { rate: up, connectionRate: connection, delayMs }
}

const METHODS = ['_read', '_write', '_writev', '_final'] as const

function methodsOf(prototype: Internals): Internals {
  const methods = METHODS.map((name) => [name, prototype[name]] as const)
  if (methods.some(([, method]) => typeof method !== 'function'))
    throw new ShoalError('not-supported', 'sockets of this runtime cannot be shaped')
  return Object.fromEntries(methods) as unknown as Internals
}

function bytesOf(chunk: Uint8Array | string, encoding: BufferEncoding): Uint8Array {
  return typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk
}
