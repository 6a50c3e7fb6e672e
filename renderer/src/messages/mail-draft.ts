import type { Share } from '../../../src/contract/index.ts'

/** A subject line says what the first line says; longer ones are cut by every mail program anyway. */
const MAX_SUBJECT = 78

export interface Draft {
  readonly subject: string
  readonly text: string
}

/** A note as a mail: files travel as links to shares, since a mailbox is no place for them. */
export function mailDraft(words: string, shares: readonly Pick<Share, 'name' | 'title' | 'link'>[]): Draft {
  const firstLine = words.trim().split('\n')[0]!.trim()
  const subject = firstLine || shares.map(({ title, name }) => title ?? name).join(', ')
  const links = shares.map(({ title, name, link }) => `${title ?? name}\n${link ?? ''}`)
  return { subject: cut(subject), text: [words.trim(), ...links].filter(Boolean).join('\n\n') }
}

function cut(text: string): string {
  return text.length <= MAX_SUBJECT
    ? text
    : `${text
        .slice(0, MAX_SUBJECT - 2)
        .toWellFormed()
        .trimEnd()} …`
}

const KEY = 'shoal.mail-of.'

/** The mail address last used for a person, of this browser alone. */
export function rememberedAddress(peerId: string, storage: Storage): string {
  return storage.getItem(KEY + peerId) ?? ''
}

export function rememberAddress(peerId: string, address: string, storage: Storage): void {
  storage.setItem(KEY + peerId, address)
}
