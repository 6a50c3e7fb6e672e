import { parentPort, type MessagePort } from 'node:worker_threads'
import { toErrorMessage, type ErrorMessage } from './error-message.ts'
import { JobRunner } from './job-runner.ts'
import type { Answer, Ask, JobName } from './jobs.ts'

/** A job on its way to a worker. */
export interface JobMessage<N extends JobName = JobName> {
  readonly id: number
  readonly name: N
  readonly ask: Ask<N>
}

/** Another thread that will ask for jobs, over a port of its own. */
export interface AttachMessage {
  readonly attach: MessagePort
}

/** What comes back. */
export type ReplyMessage =
  | { readonly id: number; readonly answer: Answer<JobName> }
  | { readonly id: number; readonly error: ErrorMessage }

// To be imported for its types alone: on any thread but the main one this serves that thread's port.
if (parentPort) serve(parentPort, new JobRunner())

function serve(port: MessagePort, runner: JobRunner): void {
  port.on('message', (message: JobMessage | AttachMessage) => {
    if ('attach' in message) return serve(message.attach, runner)
    const reply = run(runner, message)
    const answer = 'answer' in reply && message.name === 'read' ? (reply.answer as Answer<'read'>) : undefined
    port.postMessage(reply, answer ? [answer.buffer] : [])
  })
}

function run(runner: JobRunner, { id, name, ask }: JobMessage): ReplyMessage {
  try {
    return { id, answer: runner.run(name, ask) }
  } catch (error) {
    return { id, error: toErrorMessage(error) }
  }
}
