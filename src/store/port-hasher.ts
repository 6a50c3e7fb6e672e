import type { MessagePort } from 'node:worker_threads'
import { raceSignal, ShoalError, type AbortOptions } from '../base/index.ts'
import { fromErrorMessage } from './error-message.ts'
import type { Ask } from './jobs.ts'
import type { Hasher } from './make-share.ts'
import type { JobMessage, ReplyMessage } from './part-worker.ts'

interface Waiting {
  readonly resolve: (hash: Uint8Array) => void
  readonly reject: (error: unknown) => void
}

/** Asks the disk workers to hash, from another thread than the one that owns them. */
export class PortHasher implements Hasher {
  readonly size: number
  readonly #ports: readonly MessagePort[]
  readonly #waiting: Map<number, Waiting>[]
  #nextId = 1

  constructor(ports: readonly MessagePort[]) {
    this.size = ports.length
    this.#ports = ports
    this.#waiting = ports.map(() => new Map<number, Waiting>())
    for (const [index, port] of ports.entries()) {
      port.on('message', (reply: ReplyMessage) => this.#onReply(index, reply))
      port.on('close', () => this.#onClose(index))
    }
  }

  run(name: 'hash', ask: Ask<'hash'>, options: AbortOptions = {}): Promise<Uint8Array> {
    const id = this.#nextId++
    const index = this.#leastBusy()
    const answer = new Promise<Uint8Array>((resolve, reject) => {
      this.#waiting[index]!.set(id, { resolve, reject })
      this.#ports[index]!.postMessage({ id, name, ask } satisfies JobMessage<'hash'>)
    })
    return raceSignal(answer, options.signal)
  }

  close(): void {
    for (const port of this.#ports) port.close()
  }

  #leastBusy(): number {
    let best = 0
    for (const [index, waiting] of this.#waiting.entries()) {
      if (waiting.size < this.#waiting[best]!.size) best = index
    }
    return best
  }

  #onReply(index: number, reply: ReplyMessage): void {
    const waiting = this.#waiting[index]!.get(reply.id)
    this.#waiting[index]!.delete(reply.id)
    if ('answer' in reply) waiting?.resolve(reply.answer as Uint8Array)
    else waiting?.reject(fromErrorMessage(reply.error))
  }

  /** The worker at the other end is gone. */
  #onClose(index: number): void {
    for (const { reject } of this.#waiting[index]!.values()) {
      reject(new ShoalError('storage-failed', 'a disk worker ended'))
    }
    this.#waiting[index]!.clear()
  }
}
