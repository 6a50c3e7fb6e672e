/** A core in a worker: serves the test contract over every port it is sent. */
import { parentPort, type MessagePort } from 'node:worker_threads'
import { messagePortTransport } from './message-port-link.ts'
import { RpcServer } from './server.ts'
import { testRouter } from './test-support.ts'

const server = new RpcServer(testRouter())
parentPort!.on('message', (port: MessagePort) => void server.accept(messagePortTransport(port)))
