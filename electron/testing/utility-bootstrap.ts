// Runs in the worker that stands for a utility process, before its program: gives it the `process.parentPort` Electron would.
import { EventEmitter } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { PortMain, type Envelope } from './port-main.ts'

class ParentPort extends EventEmitter {
  #isOpen = false

  /** As Electron's does, it keeps what comes before anybody listens. */
  #open = (): void => {
    if (this.#isOpen) return
    this.#isOpen = true
    parentPort!.on('message', ({ message, ports }: Envelope) => {
      this.emit('message', { data: message, ports: ports.map((raw) => new PortMain(raw)) })
    })
  }

  constructor() {
    super()
    this.on('newListener', () => setImmediate(this.#open))
  }

  postMessage(message: unknown): void {
    parentPort!.postMessage(message)
  }
}

// What runs in a utility process asks this, where it has to do otherwise.
Object.defineProperty(process.versions, 'electron', { value: '45.3.4' })
Object.defineProperty(process, 'parentPort', { value: new ParentPort() })

await import((workerData as { modulePath: string }).modulePath)
