import { describe, expect, it } from 'vitest'
import { Flags } from './flags.ts'
import { MAX_FOLDER_DEPTH, MAX_FOLDERS } from './limits.ts'
import type { Mailbox } from './mailbox.ts'
import { ACCOUNT, delivery, letter, openTestMailboxes, textOf } from './test-mailboxes.ts'

const AT = { receivedAt: 1_700_000_000_000, flags: Flags.none }

function open(): Mailbox {
  return openTestMailboxes().store.mailbox(ACCOUNT)!
}

function names(mailbox: Mailbox): string[] {
  return mailbox.folders().map(({ name }) => name)
}

describe('folders', () => {
  it('begin with an inbox and the usual four', () => {
    expect(names(open())).toEqual(['Drafts', 'INBOX', 'Junk', 'Sent', 'Trash'])
  })

  it('are made together with those around them', () => {
    const mailbox = open()
    mailbox.create('a/b/c')
    expect(names(mailbox)).toEqual(expect.arrayContaining(['a', 'a/b', 'a/b/c']))
  })

  it('know the inbox in any case, also as a part of a name', () => {
    const mailbox = open()
    expect(mailbox.folder('inBox')).toBe(mailbox.inbox)
    mailbox.create('inbox/later')
    expect(names(mailbox)).toContain('INBOX/later')
    expect(() => mailbox.create('Inbox')).toThrow(expect.objectContaining({ code: 'name-taken' }))
  })

  it('keep their name as a mere name when deleted around others, and come back empty', () => {
    const mailbox = open()
    mailbox.create('a/b')
    mailbox.folder('a')!.append(letter(1), AT)
    mailbox.delete('a')
    expect(mailbox.folder('a')).toBeUndefined()
    expect(mailbox.folders().find(({ name }) => name === 'a')?.selectable).toBe(false)
    expect(() => mailbox.delete('a')).toThrow(expect.objectContaining({ code: 'not-supported' }))
    mailbox.create('a')
    expect(mailbox.folder('a')!.entries.size).toBe(0)
  })

  it('take their messages along when deleted, from the quota too', () => {
    const mailbox = open()
    mailbox.create('a')
    mailbox.folder('a')!.append(letter(1), AT)
    mailbox.delete('a')
    expect(mailbox.bytes).toBe(0)
  })

  it('are renamed with those inside them, their messages and UIDs', () => {
    const mailbox = open()
    mailbox.create('a/b')
    const uid = mailbox.folder('a/b')!.append(letter(1), AT)
    mailbox.rename('a', 'x/y')
    expect(names(mailbox)).toEqual(expect.arrayContaining(['x', 'x/y', 'x/y/b']))
    expect(mailbox.folder('a')).toBeUndefined()
    expect(mailbox.folder('x/y/b')!.entries.has(uid)).toBe(true)
  })

  it('cannot be put inside themselves, nor take a name that is taken', () => {
    const mailbox = open()
    mailbox.create('a')
    expect(() => mailbox.rename('a', 'a/b')).toThrow(expect.objectContaining({ code: 'bad-name' }))
    expect(() => mailbox.rename('a', 'Sent')).toThrow(expect.objectContaining({ code: 'name-taken' }))
    expect(() => mailbox.rename('nothing', 'b')).toThrow(expect.objectContaining({ code: 'not-found' }))
  })

  it('leave the inbox where it is when it is renamed: its messages move', () => {
    const mailbox = open()
    mailbox.inbox.append(letter(1), AT)
    mailbox.rename('INBOX', 'old')
    expect(mailbox.inbox.entries.size).toBe(0)
    expect(mailbox.folder('old')!.entries.size).toBe(1)
    expect(() => mailbox.delete('INBOX')).toThrow(expect.objectContaining({ code: 'not-supported' }))
  })

  it.each(['', '/', 'a/', '/a', 'a//b', 'a*', 'a%', 'a\nb', 'a\0', ' a', 'a/ b', 'x'.repeat(201), '\ud800'])(
    'are not called %j',
    (name) => {
      expect(() => open().create(name)).toThrow(expect.objectContaining({ code: 'bad-name' }))
    },
  )

  it('are bounded in depth and number', () => {
    const mailbox = open()
    const deep = Array.from({ length: MAX_FOLDER_DEPTH + 1 }, () => 'd').join('/')
    expect(() => mailbox.create(deep)).toThrow(expect.objectContaining({ code: 'bad-name' }))
    for (let i = names(mailbox).length; i < MAX_FOLDERS; i++) mailbox.create(`f${i}`)
    expect(() => mailbox.create('one/more')).toThrow(expect.objectContaining({ code: 'mailbox-full' }))
    expect(names(mailbox)).not.toContain('one')
  })

  it('tell those who look at them that they are gone', () => {
    const mailbox = open()
    mailbox.create('a')
    let gone = 0
    mailbox.folder('a')!.events.on('gone', () => gone++)
    mailbox.rename('a', 'b')
    expect(gone).toBe(1)
  })
})

describe('flags', () => {
  it('are kept over a restart, in one spelling', () => {
    const boxes = openTestMailboxes()
    const { inbox } = boxes.store.mailbox(ACCOUNT)!
    inbox.append(letter(1), AT)
    inbox.setFlags([1], 'add', Flags.of(['\\sEEN', '$Work']))
    const entry = boxes.reopen().mailbox(ACCOUNT)!.inbox.entries.get(1)!
    expect(entry.flags.names).toEqual(['$Work', '\\Seen'])
    expect(entry.flags.has('$WORK')).toBe(true)
  })

  it('tell which messages really changed', () => {
    const { inbox } = open()
    for (const n of [1, 2]) inbox.append(letter(n), AT)
    const seen = Flags.of(['\\Seen'])
    expect(inbox.setFlags([1], 'add', seen)).toEqual([1])
    expect(inbox.setFlags([1, 2, 9], 'add', seen)).toEqual([2])
    expect(inbox.setFlags([1, 2], 'remove', seen)).toEqual([1, 2])
    expect(inbox.setFlags([1, 2], 'replace', Flags.none)).toEqual([])
  })

  it.each(['\\Recent', '\\Other', 'a b', 'a(', 'ü', '', 'x'.repeat(65), 'a]'])(
    'do not include %j',
    (name) => {
      expect(() => Flags.of([name])).toThrow(expect.objectContaining({ code: 'bad-name' }))
    },
  )

  it('are bounded in number, on a message and in a folder', () => {
    const many = Array.from({ length: 38 }, (_, i) => `k${i}`)
    expect(() => Flags.of(many)).toThrow(expect.objectContaining({ code: 'too-large' }))
    const { inbox } = open()
    for (let n = 0; n < 4; n++) inbox.append(letter(n), AT)
    for (let n = 0; n < 3; n++)
      inbox.setFlags([n + 1], 'add', Flags.of(Array.from({ length: 30 }, (_, i) => `m${n}k${i}`)))
    const more = Flags.of(Array.from({ length: 11 }, (_, i) => `last${i}`))
    expect(() => inbox.setFlags([4], 'add', more)).toThrow(expect.objectContaining({ code: 'too-large' }))
  })
})

describe('copies and moves', () => {
  it('keep bytes, flags and date, under new UIDs', () => {
    const mailbox = open()
    const { inbox } = mailbox
    inbox.append(letter(1), { receivedAt: 5, flags: Flags.of(['\\Flagged']) })
    const trash = mailbox.folder('Trash')!
    expect(mailbox.copy(inbox, [1], trash)).toEqual({ from: [1], to: [1] })
    mailbox.expunge(inbox, [1])
    const entry = trash.entries.get(1)!
    expect(entry).toMatchObject({ receivedAt: 5 })
    expect(entry.flags.names).toEqual(['\\Flagged'])
    expect(textOf(trash.whole(entry))).toBe(Buffer.from(letter(1)).toString())
  })

  it('count against the quota, and fail whole', () => {
    const size = letter(1).length
    const mailbox = openTestMailboxes({ quotaBytes: 3 * size }).store.mailbox(ACCOUNT)!
    for (const n of [1, 2]) mailbox.inbox.append(letter(n), AT)
    const trash = mailbox.folder('Trash')!
    expect(() => mailbox.copy(mailbox.inbox, [1, 2], trash)).toThrow(
      expect.objectContaining({ code: 'mailbox-full' }),
    )
    expect(trash.entries.size).toBe(0)
    expect(mailbox.move(mailbox.inbox, [2, 1], trash)).toEqual({ from: [1, 2], to: [1, 2] })
    expect(mailbox.inbox.entries.size).toBe(0)
    expect(mailbox.bytes).toBe(2 * size)
  })

  it('move within one folder too: the same message under a later UID', () => {
    const mailbox = open()
    mailbox.inbox.append(letter(1), AT)
    expect(mailbox.move(mailbox.inbox, [1], mailbox.inbox)).toEqual({ from: [1], to: [2] })
    expect([...mailbox.inbox.entries.keys()]).toEqual([2])
  })

  it('leave no bytes behind once the last is gone', async () => {
    const boxes = openTestMailboxes()
    await boxes.store.deliver(delivery(1))
    const mailbox = boxes.store.mailbox(ACCOUNT)!
    const entry = mailbox.inbox.entries.get(1)!
    mailbox.copy(mailbox.inbox, [1], mailbox.folder('Trash')!)
    mailbox.expunge(mailbox.inbox, [1])
    expect(mailbox.inbox.head(entry)).toBeDefined()
    mailbox.expunge(mailbox.folder('Trash')!, [1])
    expect(mailbox.inbox.head(entry)).toBeUndefined()
  })
})

describe('subscriptions', () => {
  it('outlive the folder, and are kept', () => {
    const boxes = openTestMailboxes()
    const mailbox = boxes.store.mailbox(ACCOUNT)!
    mailbox.create('a')
    mailbox.subscribe('a')
    mailbox.delete('a')
    expect(boxes.reopen().mailbox(ACCOUNT)!.subscriptions()).toContain('a')
  })
})

describe('the maildrop', () => {
  it('is for one at a time', () => {
    const mailbox = open()
    const release = mailbox.lockDrop()!
    expect(mailbox.lockDrop()).toBeUndefined()
    release()
    const second = mailbox.lockDrop()!
    release()
    expect(mailbox.lockDrop()).toBeUndefined()
    second()
  })
})

describe('recent messages', () => {
  it('are told to one session, also after a restart', async () => {
    const boxes = openTestMailboxes()
    await boxes.store.deliver(delivery(1))
    const { inbox } = boxes.store.mailbox(ACCOUNT)!
    expect(inbox.claimRecent()).toBe(1)
    await boxes.store.deliver(delivery(2))
    const again = boxes.reopen().mailbox(ACCOUNT)!
    expect(again.status('inbox')).toMatchObject({ messages: 2, unseen: 2, recent: 1, uidNext: 3 })
    expect(again.inbox.claimRecent()).toBe(2)
    expect(again.inbox.claimRecent()).toBe(3)
  })
})
