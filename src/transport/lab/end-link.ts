import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { LabReach } from './guard.ts'
import type { EndReport, EndRequest } from './types.ts'

/** One end of a lab, as whoever runs the lab sees it. */
export interface EndLink {
  send(request: EndRequest): void
  /** Ends it, and with it its sockets, whatever it is doing. */
  kill(): Promise<void>
}

export interface EndEvents {
  onReport(report: EndReport): void
  /** It ended, asked to or not. */
  onExit(): void
}

export type StartEnd = (reach: LabReach, events: EndEvents) => EndLink

/**
 * Starts an end: a process, so that each has sockets of its own and none can harm the app; a thread inside Electron, whose
 * program cannot be started as Node.
 */
export const startEnd: StartEnd = (reach, events) => {
  const args = reach === 'loopback' ? ['--only-loopback'] : []
  return process.versions['electron'] === undefined ? startProcess(args, events) : startThread(args, events)
}

function startProcess(args: readonly string[], events: EndEvents): EndLink {
  const child = fork(fileURLToPath(endUrl()), [...args], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [],
  })
  const gone = Promise.withResolvers<void>()
  const ended = (): void => {
    gone.resolve()
    events.onExit()
  }
  child.on('message', (report) => events.onReport(report as EndReport))
  child.once('exit', ended)
  // Could not be started at all: no `exit` follows.
  child.once('error', ended)
  return {
    send: (request) => {
      if (child.connected) child.send(request, () => {})
    },
    kill: () => {
      child.kill('SIGKILL')
      return gone.promise
    },
  }
}

function startThread(args: readonly string[], events: EndEvents): EndLink {
  const worker = new Worker(endUrl(), { argv: [...args] })
  const gone = Promise.withResolvers<void>()
  worker.on('message', (report) => events.onReport(report as EndReport))
  worker.once('error', () => {})
  worker.once('exit', () => {
    gone.resolve()
    events.onExit()
  })
  return {
    send: (request) => worker.postMessage(request),
    // A thread's sockets are the process's: it has to close them itself. It never waits in a call, so it hears this.
    kill: () => {
      worker.postMessage({ is: 'end' } satisfies EndRequest)
      return gone.promise
    },
  }
}

/** `.ts` when run from source, `.js` when bundled: the build has an entry of this name. */
function endUrl(): URL {
  const ending = new URL(import.meta.url).pathname.endsWith('.ts') ? '.ts' : '.js'
  return new URL(`./socket-end${ending}`, import.meta.url)
}
