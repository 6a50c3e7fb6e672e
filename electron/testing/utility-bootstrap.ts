// Runs in the worker that stands for a utility process, before the core: gives it the `process.parentPort` Electron would.
import { EventEmitter } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { PortMain, type Envelope } from './port-main.ts'

const port = Object.assign(new EventEmitter(), {
  postMessage: (message: unknown) => parentPort!.postMessage(message),
  start: () => {},
})
parentPort!.on('message', ({ message, ports }: Envelope) => {
  port.emit('message', { data: message, ports: ports.map((raw) => new PortMain(raw)) })
})
Object.defineProperty(process, 'parentPort', { value: port })

await import((workerData as { modulePath: string }).modulePath)
