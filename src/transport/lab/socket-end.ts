/** A process of the socket lab: makes the socket calls it is told to make, one at a time, and reports what the kernel said. */
import { parentPort } from 'node:worker_threads'
import { systemClock } from '../../base/index.ts'
import { systemCalls } from '../calls/index.ts'
import { End } from './end.ts'
import type { EndReport, EndRequest } from './types.ts'

const onlyLoopback = process.argv.includes('--only-loopback')
const calls = systemCalls()
// A process of its own has a channel to its parent; where none can be started, a thread stands for it.
const report = (message: EndReport): void =>
  void (parentPort ? parentPort.postMessage(message) : process.send?.(message))

if (calls) {
  const end = new End({ calls, clock: systemClock, report, onlyLoopback })
  const receive = (message: EndRequest): void => {
    end.receive(message)
    if (message.is === 'end') process.exit()
  }
  if (parentPort) parentPort.on('message', receive)
  else process.on('message', receive)
}
process.title = 'shoal: socket lab'
process.on('disconnect', () => process.exit())
report({ is: 'ready', pid: process.pid, calls: calls ? 'system' : 'none' })
