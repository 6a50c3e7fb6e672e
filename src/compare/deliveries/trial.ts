import type { DeliveryCondition, DeliveryTrial, DeliveryWay } from '../../contract/index.ts'
import { median } from '../numbers.ts'
import { TROUBLE_FROM, TROUBLE_TO } from './limits.ts'

/** When a message was sent and when it arrived, milliseconds since the trial began. */
export interface Traced {
  readonly sentAt: number
  arrivedAt: number | null
}

/** What happens at a moment of a trial. */
export type Moment =
  | { readonly at: number; readonly is: 'send'; readonly number: number }
  | { readonly at: number; readonly is: 'trouble' | 'relief' }

/** The plan of a trial, in order of time: messages at equal distances, trouble in the middle. */
export function planTrial(condition: DeliveryCondition, messages: number, intervalMs: number): Moment[] {
  const lengthMs = messages * intervalMs
  const plan: Moment[] = Array.from({ length: messages }, (_, number) => ({
    at: number * intervalMs,
    is: 'send',
    number,
  }))
  if (condition !== 'awake') {
    plan.push({ at: lengthMs * TROUBLE_FROM, is: 'trouble' }, { at: lengthMs * TROUBLE_TO, is: 'relief' })
  }
  return plan.sort((a, b) => a.at - b.at)
}

/** One way's messages and what they come to. */
export function summarise(messages: readonly Traced[]): DeliveryWay {
  const delays = messages
    .flatMap(({ sentAt, arrivedAt }) => (arrivedAt === null ? [] : [arrivedAt - sentAt]))
    .sort((a, b) => a - b)
  return {
    messages: messages.map((message) => ({ ...message })),
    delivered: delays.length,
    medianMs: median(delays),
    longestMs: delays.at(-1) ?? null,
  }
}

/** Whether everything that can still arrive has. */
export function isSettled(trial: Pick<DeliveryTrial, 'mail'>): boolean {
  return trial.mail.delivered === trial.mail.messages.length
}
