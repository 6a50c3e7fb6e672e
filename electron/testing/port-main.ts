import { EventEmitter } from 'node:events'
import type { MessagePort } from 'node:worker_threads'

/** Electron's `MessagePortMain` over a real port: an emitter whose events carry `data`, silent until `start`. */
export class PortMain extends EventEmitter {
  readonly raw: MessagePort

  constructor(raw: MessagePort) {
    super()
    this.raw = raw
  }

  start(): void {
    // In worker_threads, listening is starting.
    this.raw.on('message', (data: unknown) => this.emit('message', { data, ports: [] }))
    this.raw.on('close', () => this.emit('close'))
  }

  postMessage(message: unknown): void {
    this.raw.postMessage(message)
  }

  close(): void {
    this.raw.close()
  }
}

/** How the fake main process and its utility process wrap what they post to each other. */
export interface Envelope {
  readonly message: unknown
  readonly ports: MessagePort[]
}
