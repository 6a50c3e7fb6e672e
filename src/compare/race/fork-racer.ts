import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { workerUrl } from '../../store/worker-url.ts'
import { MAX_REASON_LENGTH } from '../limits.ts'
import type { RacerTold } from './messages.ts'
import type { SpawnRacer } from './spawn-racer.ts'

/** A racer as a child of this Node. */
export const forkRacer: SpawnRacer = (options, events) => {
  const entry = fileURLToPath(workerUrl('racer', import.meta.url))
  const child = fork(entry, [JSON.stringify(options)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
  })
  let errors = ''
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-MAX_REASON_LENGTH)
  })
  child.on('message', (told: RacerTold) => events.onTold(told))
  child.on('error', (error) => events.onGone(error.message))
  child.on('exit', (code, signal) => events.onGone(errors.trim() || String(signal ?? code)))
  return {
    send: (order) => {
      if (child.connected) child.send(order, () => {})
    },
    release: () => {
      if (child.connected) child.disconnect()
    },
    kill: () => void child.kill('SIGKILL'),
  }
}
