/** For tests: mailboxes in a file of their own, and messages to put in. Not part of `index.ts`. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { silentLogger, systemClock, type Clock } from '../../../base/index.ts'
import type { Delivery } from '../types.ts'
import { MailboxStore } from './mailbox-store.ts'

export const ACCOUNT = 'bob'

export interface TestMailboxes {
  readonly store: MailboxStore
  readonly path: string
  /** Closes the file and opens it again, as another run of the program would. */
  reopen(): MailboxStore
}

export function openTestMailboxes(
  options: { clock?: Clock; quotaBytes?: number; accounts?: readonly string[] } = {},
): TestMailboxes {
  const { clock = systemClock, quotaBytes, accounts = [ACCOUNT, 'carol'] } = options
  const folder = mkdtempSync(join(tmpdir(), 'shoal-mail-'))
  const path = join(folder, 'mail.db')
  const open = (): MailboxStore =>
    new MailboxStore({
      path,
      clock,
      log: silentLogger,
      quotaBytes,
      isAccount: (name) => accounts.includes(name),
    })
  let store = open()
  onTestFinished(() => {
    store.close()
    rmSync(folder, { recursive: true })
  })
  const reopen = (): MailboxStore => {
    store.close()
    store = open()
    return store
  }
  return {
    path,
    reopen,
    get store() {
      return store
    },
  }
}

/** A message as text with `\n` line ends, in bytes with CRLF. */
export function message(text: string): Uint8Array {
  return Buffer.from(text.replace(/\r?\n/g, '\r\n'))
}

export function letter(n: number | string, body = `Text ${n}.\n`): Uint8Array {
  return message(
    `Received: by here\nFrom: Alice <alice@a.test>\nTo: bob@b.test\nSubject: Number ${n}\nMessage-ID: <${n}@a.test>\n\n${body}`,
  )
}

export function delivery(n: number | string, change: Partial<Delivery> = {}): Delivery {
  return {
    accounts: [ACCOUNT],
    from: 'alice@a.test',
    message: letter(n),
    messageId: `<${n}@a.test>`,
    receivedAt: 1_700_000_000_000,
    ...change,
  }
}

export function textOf(content: { head: Uint8Array; body: Uint8Array } | undefined): string {
  return content ? Buffer.concat([content.head, content.body]).toString() : ''
}
