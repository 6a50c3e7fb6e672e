import { writeFileSync, readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../base/index.ts'
import { DOUBLES_KNOWN_MS } from './limits.ts'
import { ACCOUNT, delivery, letter, message, openTestMailboxes, textOf } from './test-mailboxes.ts'

describe('delivery', () => {
  it('puts a message into the inbox of each account it is for', async () => {
    const { store } = openTestMailboxes()
    const outcome = await store.deliver(delivery(1, { accounts: ['bob', 'carol'] }))
    expect([...outcome]).toEqual([
      ['bob', 'stored'],
      ['carol', 'stored'],
    ])
    for (const account of ['bob', 'carol']) {
      const { inbox } = store.mailbox(account)!
      const entry = inbox.entries.get(1)!
      expect(textOf(inbox.whole(entry))).toBe(Buffer.from(letter(1)).toString())
      expect(entry).toMatchObject({ size: letter(1).length, receivedAt: 1_700_000_000_000 })
    }
  })

  it('is there after the program starts again, byte for byte', async () => {
    const boxes = openTestMailboxes()
    const odd = Buffer.concat([letter('odd'), Buffer.from([0x80, 0xff, 0x00, 13, 10])])
    await boxes.store.deliver(delivery('odd', { message: odd }))
    const { inbox } = boxes.reopen().mailbox(ACCOUNT)!
    const content = inbox.whole(inbox.entries.get(1)!)!
    expect(Buffer.concat([content.head, content.body])).toEqual(odd)
  })

  it('says so when nobody has that mailbox, and still serves the others', async () => {
    const { store } = openTestMailboxes()
    const outcome = await store.deliver(delivery(1, { accounts: ['nobody', 'bob'] }))
    expect(Object.fromEntries(outcome)).toEqual({ nobody: 'no-mailbox', bob: 'stored' })
  })

  it('takes those of one turn together, each once, in order', async () => {
    const { store } = openTestMailboxes()
    const outcomes = await Promise.all([1, 2, 3, 2].map((n) => store.deliver(delivery(n))))
    expect(outcomes.map((outcome) => outcome.get(ACCOUNT))).toEqual(['stored', 'stored', 'stored', 'double'])
    expect([...store.mailbox(ACCOUNT)!.inbox.entries.keys()]).toEqual([1, 2, 3])
  })

  it('refuses what the quota has no room for, counting what waits beside it', async () => {
    const size = letter(1).length
    const { store } = openTestMailboxes({ quotaBytes: 2 * size + 1 })
    const outcomes = await Promise.all([1, 2, 3].map((n) => store.deliver(delivery(n))))
    expect(outcomes.map((outcome) => outcome.get(ACCOUNT))).toEqual(['stored', 'stored', 'over-quota'])
    expect(store.hasRoom(ACCOUNT, 1)).toBe(true)
    expect(store.hasRoom(ACCOUNT, 2)).toBe(false)
    expect(store.hasRoom('nobody', 0)).toBe(false)
  })

  it('gives room back when messages are deleted, and takes what was refused before', async () => {
    const { store } = openTestMailboxes({ quotaBytes: letter(1).length })
    await store.deliver(delivery(1))
    expect((await store.deliver(delivery(2))).get(ACCOUNT)).toBe('over-quota')
    const mailbox = store.mailbox(ACCOUNT)!
    mailbox.expunge(mailbox.inbox, [1])
    expect((await store.deliver(delivery(2))).get(ACCOUNT)).toBe('stored')
    expect(mailbox.bytes).toBe(letter(2).length)
  })

  it('rejects, with nothing stored, when the file is closed', async () => {
    const boxes = openTestMailboxes()
    boxes.store.mailbox(ACCOUNT)
    boxes.store.close()
    await expect(boxes.store.deliver(delivery(1))).rejects.toMatchObject({ code: 'storage-failed' })
    // So that the clean-up has something to close.
    Object.defineProperty(boxes.store, 'close', { value: () => {} })
  })
})

describe('doubles', () => {
  it('are hidden although another server stamped them', async () => {
    const { store } = openTestMailboxes()
    await store.deliver(delivery(1))
    const again = Buffer.from(letter(1)).toString().replace('by here', 'by there, later')
    const outcome = await store.deliver(delivery(1, { message: Buffer.from(again) }))
    expect(outcome.get(ACCOUNT)).toBe('double')
    expect(store.mailbox(ACCOUNT)!.inbox.entries.size).toBe(1)
  })

  it('stay hidden when the first was read and deleted, and after a restart', async () => {
    const boxes = openTestMailboxes()
    await boxes.store.deliver(delivery(1))
    const mailbox = boxes.store.mailbox(ACCOUNT)!
    mailbox.expunge(mailbox.inbox, [1])
    expect((await boxes.reopen().deliver(delivery(1))).get(ACCOUNT)).toBe('double')
  })

  it('are forgotten when no queue would try any more', async () => {
    const clock = new VirtualClock()
    const { store } = openTestMailboxes({ clock })
    await store.deliver(delivery(1))
    clock.advance(DOUBLES_KNOWN_MS + 1)
    expect((await store.deliver(delivery(1))).get(ACCOUNT)).toBe('stored')
  })

  it('are not messages that only borrow a Message-ID', async () => {
    const { store } = openTestMailboxes()
    await store.deliver(delivery(1))
    const other = await store.deliver(delivery(1, { message: letter(1, 'Something else.\n') }))
    expect(other.get(ACCOUNT)).toBe('stored')
  })
})

describe('UIDs', () => {
  it('are never used again, also after a restart', async () => {
    const boxes = openTestMailboxes()
    await boxes.store.deliver(delivery(1))
    await boxes.store.deliver(delivery(2))
    const mailbox = boxes.store.mailbox(ACCOUNT)!
    mailbox.expunge(mailbox.inbox, [1, 2])
    const { uidValidity } = mailbox.inbox
    const again = boxes.reopen()
    await again.deliver(delivery(3))
    const { inbox } = again.mailbox(ACCOUNT)!
    expect(inbox.uidValidity).toBe(uidValidity)
    expect([...inbox.entries.keys()]).toEqual([3])
    expect(inbox.uidNext).toBe(4)
  })

  it('become invalid when a folder is made again under its name', () => {
    const { store } = openTestMailboxes()
    const mailbox = store.mailbox(ACCOUNT)!
    mailbox.create('Work')
    const before = mailbox.folder('Work')!.uidValidity
    mailbox.delete('Work')
    mailbox.create('Work')
    expect(mailbox.folder('Work')!.uidValidity).toBeGreaterThan(before)
  })
})

describe('a damaged file', () => {
  it('is kept aside, and new mail is taken', async () => {
    const boxes = openTestMailboxes()
    await boxes.store.deliver(delivery(1))
    boxes.store.close()
    writeFileSync(boxes.path, 'this is not a database, and longer than its header would be '.repeat(80))
    Object.defineProperty(boxes.store, 'close', { value: () => {} })
    const store = boxes.reopen()
    expect((await store.deliver(delivery(2))).get(ACCOUNT)).toBe('stored')
    expect(readdirSync(dirname(boxes.path)).some((name) => /damaged-\d+$/.test(name))).toBe(true)
  })
})

describe('a message without a head', () => {
  it.each(['\n', '\nbody only\n', 'Subject: no empty line\n', ''])('is kept as it is: %j', async (text) => {
    const { store } = openTestMailboxes()
    await store.deliver(delivery(1, { message: message(text) }))
    const { inbox } = store.mailbox(ACCOUNT)!
    expect(textOf(inbox.whole(inbox.entries.get(1)!))).toBe(Buffer.from(message(text)).toString())
  })
})
