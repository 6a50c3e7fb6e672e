import type { TFunction } from 'i18next'
import type { ListedMail, QueuedMail } from '../../../../src/contract/index.ts'

type People = ListedMail['from']
type Recipient = QueuedMail['recipients'][number]

/** Names of people, or their addresses. */
export function peopleText(people: People, t: TFunction): string {
  if (people.length === 0) return t('mail.nobody')
  return people.map(({ name, address }) => name ?? address).join(', ')
}

/** With the address, since a name can be anything. */
export function peopleInFull(people: People): string {
  return people.map(({ name, address }) => (name === undefined ? address : `${name} <${address}>`)).join(', ')
}

export function subjectText(subject: string, t: TFunction): string {
  return subject.trim() === '' ? t('mail.noSubject') : subject
}

export function isUnread({ flags }: Pick<ListedMail, 'flags'>): boolean {
  return !flags.some((flag) => flag.toLowerCase() === '\\seen')
}

/** Recipients somebody still waits for. */
export function waiting({ recipients }: QueuedMail): readonly Recipient[] {
  return recipients.filter(({ state }) => state === 'waiting')
}

export function recipientState({ state, isActive }: Recipient, t: TFunction): string {
  if (state === 'waiting') return isActive ? t('mail.stateActive') : t('mail.stateWaiting')
  if (state === 'delivered') return t('mail.stateDelivered')
  return state === 'failed' ? t('mail.stateFailed') : t('mail.stateDropped')
}

/** Addresses a person typed, with commas, semicolons or blanks between. */
export function parseRecipients(text: string): string[] {
  return text.split(/[\s,;]+/).filter((address) => address !== '')
}
