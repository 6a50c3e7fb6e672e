import { ShoalError } from '../../base/index.ts'
import { queueProfileSchema, type QueueProfileName } from '../../contract/index.ts'

/** Throws `bad-usage` for anything but the name of a profile. */
export function parseProfile(text: string): QueueProfileName {
  const profile = queueProfileSchema.safeParse(text)
  if (profile.success) return profile.data
  const known = queueProfileSchema.options.join(' or ')
  throw new ShoalError('bad-usage', `the mail queue's profile is ${known}, not "${text.slice(0, 40)}"`)
}

/** What each means, for people. */
export const PATIENCE: Readonly<Record<QueueProfileName, string>> = {
  normal: 'normal: the queue tries again after minutes and hours, and gives up after days.',
  lab: 'lab: the queue tries again after seconds, and gives up after a minute and a half.',
}
