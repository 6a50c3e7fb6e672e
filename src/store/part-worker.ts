import { parentPort } from 'node:worker_threads'
import { toShoalError } from '../base/index.ts'
import { JobRunner } from './job-runner.ts'
import type { Answer, Ask, JobName } from './jobs.ts'

/** A job on its way to a worker. */
export interface JobMessage<N extends JobName = JobName> {
  readonly id: number
  readonly name: N
  readonly ask: Ask<N>
}

/** What comes back: an answer, or an error's code and facts (classes do not survive the crossing). */
export type ReplyMessage =
  | { readonly id: number; readonly answer: Answer<JobName> }
  | {
      readonly id: number
      readonly error: { code: string; message: string; data: Readonly<Record<string, unknown>> }
    }

// Imported by tests and for its types, this module has no port and does nothing.
if (parentPort) serve(parentPort)

function serve(port: NonNullable<typeof parentPort>): void {
  const runner = new JobRunner()
  port.on('message', (job: JobMessage) => {
    const reply = run(runner, job)
    const answer = 'answer' in reply && job.name === 'read' ? (reply.answer as Answer<'read'>) : undefined
    port.postMessage(reply, answer ? [answer.buffer] : [])
  })
}

function run(runner: JobRunner, { id, name, ask }: JobMessage): ReplyMessage {
  try {
    return { id, answer: runner.run(name, ask) }
  } catch (error) {
    const { code, message, data } = toShoalError(error, 'storage-failed')
    return { id, error: { code, message, data } }
  }
}
