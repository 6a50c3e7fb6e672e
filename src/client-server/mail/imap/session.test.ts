import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../base/index.ts'
import { PASSWORD, testDialogues } from '../access/test-access.ts'
import { delivery, letter } from '../mailbox/test-mailboxes.ts'
import { IDLE_MS } from './limits.ts'
import { ImapClient, runImap } from './test-imap.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

describe('folders', () => {
  it('are listed with what they are', async () => {
    const { port, mailbox } = await runImap()
    mailbox.create('작업/a&b')
    const client = await ImapClient.open(port)
    const list = await client.ask('LIST "" *')
    expect(list).toContain('* LIST (\\HasNoChildren \\Sent) "/" "Sent"\r\n')
    expect(list).toContain('* LIST (\\HasNoChildren) "/" "INBOX"\r\n')
    expect(list).toContain('* LIST (\\HasChildren) "/" "&x5HFxQ-"\r\n')
    expect(list).toContain('* LIST (\\HasNoChildren) "/" "&x5HFxQ-/a&-b"\r\n')
    expect(await client.ask('LIST "" ""')).toBe('* LIST (\\Noselect) "/" ""\r\nt OK done')
    expect(await client.ask('LIST "" inbox')).toMatch(/^\* LIST \(\\HasNoChildren\) "\/" "INBOX"\r\nt OK/)
    expect(await client.ask('LIST "&x5HFxQ-/" %')).toMatch(/^\* LIST .*a&-b"\r\nt OK/)
    expect(await client.ask('LIST "" nothing')).toBe('t OK done')
  })

  it('are made, renamed, deleted and subscribed to, each failure with its code', async () => {
    const { port } = await runImap()
    const client = await ImapClient.open(port)
    expect(await client.ask('CREATE a/b/')).toMatch(/^t OK/)
    expect(await client.ask('CREATE a/b')).toMatch(/^t NO \[ALREADYEXISTS\]/)
    expect(await client.ask('CREATE "a*"')).toMatch(/^t NO \[CANNOT\]/)
    expect(await client.ask('SUBSCRIBE a/b')).toMatch(/^t OK/)
    expect(await client.ask('SUBSCRIBE nothing')).toMatch(/^t NO \[NONEXISTENT\]/)
    expect(await client.ask('LSUB "" a/*')).toMatch(/^\* LSUB \(\) "\/" "a\/b"\r\n/)
    expect(await client.ask('LSUB "" a%')).toMatch(/^\* LSUB \(\\Noselect\) "\/" "a"\r\n/)
    expect(await client.ask('RENAME a c')).toMatch(/^t OK/)
    expect(await client.ask('RENAME a d')).toMatch(/^t NO \[NONEXISTENT\]/)
    expect(await client.ask('DELETE c')).toMatch(/^t OK/)
    expect(await client.ask('LIST "" c')).toMatch(/\\Noselect \\HasChildren/)
    expect(await client.ask('SELECT c')).toMatch(/^t NO \[NONEXISTENT\]/)
    expect(await client.ask('DELETE inbox')).toMatch(/^t NO \[CANNOT\]/)
    expect(await client.ask('UNSUBSCRIBE a/b')).toMatch(/^t OK/)
    expect(await client.ask('NAMESPACE')).toMatch(/^\* NAMESPACE \(\("" "\/"\)\) NIL NIL/)
  })

  it('tell their counts, selected or not', async () => {
    const { port, store } = await runImap()
    for (const n of [1, 2]) await store.deliver(delivery(n))
    const client = await ImapClient.open(port)
    expect(await client.ask('STATUS inbox (MESSAGES RECENT UIDNEXT UNSEEN)')).toMatch(
      /^\* STATUS "inbox" \(MESSAGES 2 RECENT 2 UIDNEXT 3 UNSEEN 2\)/,
    )
    const answer = await client.ask('SELECT INBOX')
    expect(answer.replace(/UIDVALIDITY \d+/, 'UIDVALIDITY v').split('\r\n')).toEqual([
      '* FLAGS (\\Answered \\Deleted \\Draft \\Flagged \\Seen)',
      '* 2 EXISTS',
      '* 2 RECENT',
      '* OK [UNSEEN 1] the first unread',
      '* OK [PERMANENTFLAGS (\\Answered \\Deleted \\Draft \\Flagged \\Seen \\*)] these are kept',
      '* OK [UIDNEXT 3] the next',
      '* OK [UIDVALIDITY v] UIDs are of this',
      't OK [READ-WRITE] opened',
    ])
    expect(await client.ask('SELECT nothing')).toMatch(/^t NO/)
    expect(await client.ask('FETCH 1 UID')).toMatch(/^t BAD no folder/)
  })

  it('opened with EXAMINE stay as they are', async () => {
    const { port, store, mailbox } = await runImap()
    await store.deliver(delivery(1))
    const client = await ImapClient.open(port)
    expect(await client.ask('EXAMINE INBOX')).toMatch(
      /1 RECENT[\s\S]*PERMANENTFLAGS \(\)[\s\S]*t OK \[READ-ONLY\]/,
    )
    expect(await client.ask('FETCH 1 BODY[]')).not.toMatch(/Seen/)
    for (const command of ['STORE 1 +FLAGS (\\Deleted)', 'EXPUNGE', 'MOVE 1 Trash'])
      expect(await client.ask(command)).toMatch(/^t NO \[READ-ONLY\]/)
    expect(await client.ask('CLOSE')).toMatch(/^t OK/)
    expect(mailbox.inbox.entries.get(1)!.flags.text).toBe('')
    expect(await client.ask('SELECT INBOX')).toMatch(/1 RECENT/)
    expect(await client.ask('SELECT INBOX')).toMatch(/0 RECENT/)
  })

  it('that another session deletes end this one, unless it goes elsewhere', async () => {
    const { port, mailbox } = await runImap()
    mailbox.create('a')
    const stays = await ImapClient.open(port, 'a')
    const leaves = await ImapClient.open(port, 'a')
    const deletes = await ImapClient.open(port, 'a')
    expect(await deletes.ask('DELETE a')).toMatch(/^t OK/)
    expect(await deletes.ask('CHECK')).toMatch(/^t BAD no folder/)
    expect(await leaves.ask('SELECT INBOX')).toMatch(/t OK/)
    stays.send('FETCH 1:* UID')
    expect(await stays.raw.rest()).toMatch(/NO \[NONEXISTENT\][\s\S]*\* BYE/)
  })
})

describe('messages', () => {
  it('come in with APPEND, with flags and date, and say their UID', async () => {
    const { port, mailbox } = await runImap()
    const client = await ImapClient.open(port)
    const text = 'Subject: x\r\n\r\nhello\r\n'
    const answer = await client.ask('APPEND Drafts (\\Seen \\Recent $x) "17-Jul-1996 02:44:25 -0700" ', text)
    expect(answer).toMatch(new RegExp(`^t OK \\[APPENDUID ${mailbox.folder('Drafts')!.uidValidity} 1\\]`))
    await client.ask('SELECT Drafts')
    expect(await client.ask('FETCH 1 (FLAGS INTERNALDATE RFC822.SIZE RFC822)')).toBe(
      `* 1 FETCH (FLAGS ($x \\Seen \\Recent) INTERNALDATE "17-Jul-1996 09:44:25 +0000" RFC822.SIZE 21 BODY[] {21}\r\n${text})\r\nt OK fetched`.replace(
        'BODY[]',
        'RFC822',
      ),
    )
  })

  it('are refused by APPEND when they cannot be kept', async () => {
    const { port } = await runImap({ quotaBytes: 100 })
    const client = await ImapClient.open(port)
    expect(await client.ask('APPEND nothing ', 'x')).toMatch(/^t NO \[TRYCREATE\]/)
    expect(await client.ask('APPEND INBOX ', 'x'.repeat(101))).toMatch(/^t NO \[OVERQUOTA\]/)
    expect(await client.ask('APPEND INBOX ', '')).toMatch(/^t BAD/)
    expect(await client.ask('APPEND INBOX ', 'a\x00b')).toMatch(/^t NO \[CANNOT\]/)
  })

  it('put in with LF alone get the line ends all have', async () => {
    const { port, mailbox } = await runImap()
    await (await ImapClient.open(port)).ask('APPEND INBOX ', 'Subject: x\n\na\nb\r\n')
    const { inbox } = mailbox
    expect(Buffer.from(inbox.head(inbox.entries.get(1)!)!).toString()).toBe('Subject: x\r\n\r\n')
  })

  it('are fetched in parts, and marked as read unless one only peeks', async () => {
    const { port, store, mailbox } = await runImap()
    await store.deliver(delivery(1))
    const client = await ImapClient.open(port, 'INBOX')
    expect(
      await client.ask('UID FETCH 1 (BODY.PEEK[HEADER.FIELDS (subject from)] BODY.PEEK[TEXT]<5.3>)'),
    ).toBe(
      '* 1 FETCH (UID 1 BODY[HEADER.FIELDS (subject from)] {54}\r\nFrom: Alice <alice@a.test>\r\nSubject: Number 1\r\n\r\n BODY[TEXT]<5> {3}\r\n1.\r)\r\nt OK fetched'.replace(
        '{54}',
        '{49}',
      ),
    )
    expect(mailbox.inbox.entries.get(1)!.flags.text).toBe('')
    expect(await client.ask('FETCH 1 BODY[1]<100.5>')).toBe(
      '* 1 FETCH (BODY[1]<100> {0}\r\n FLAGS (\\Seen \\Recent))\r\nt OK fetched',
    )
    expect(await client.ask('FETCH 1 (BODY[2] BODY.PEEK[1.HEADER])')).toBe(
      '* 1 FETCH (BODY[2] NIL BODY[1.HEADER] NIL)\r\nt OK fetched',
    )
    expect(mailbox.inbox.entries.get(1)!.flags.text).toBe('\\Seen')
  })

  it('have an envelope and a structure', async () => {
    const { port } = await runImap()
    const client = await ImapClient.open(port)
    const mail = [
      'Date: Thu, 13 Nov 2025 10:00:00 +0900',
      'From: "A \\"x\\"" <a@a.test>',
      'To: Team: b@b.test;',
      'Subject: s',
      'Message-ID: <m@a>',
      'Content-Type: multipart/mixed; boundary=o',
      '',
      '--o',
      'Content-Type: text/plain; charset="utf-8"',
      '',
      'one',
      'two',
      '--o',
      'Content-Type: application/pdf; name=x.pdf',
      'Content-Transfer-Encoding: base64',
      'Content-Disposition: attachment; filename=x.pdf',
      'Content-ID: <i>',
      '',
      'AAAA',
      '--o',
      'Content-Type: message/rfc822',
      '',
      'Subject: in',
      '',
      'text',
      '--o--',
      '',
    ].join('\r\n')
    await client.ask('APPEND INBOX ', mail)
    await client.ask('SELECT INBOX')
    expect(await client.ask('FETCH 1 ENVELOPE')).toBe(
      '* 1 FETCH (ENVELOPE ("Thu, 13 Nov 2025 10:00:00 +0900" "s" (("A \\"x\\"" NIL "a" "a.test")) (("A \\"x\\"" NIL "a" "a.test")) (("A \\"x\\"" NIL "a" "a.test")) ' +
        '((NIL NIL "Team" NIL)(NIL NIL "b" "b.test")(NIL NIL NIL NIL)) NIL NIL NIL "<m@a>"))\r\nt OK fetched',
    )
    expect(await client.ask('FETCH 1 BODYSTRUCTURE')).toBe(
      '* 1 FETCH (BODYSTRUCTURE (("TEXT" "PLAIN" ("charset" "utf-8") NIL NIL "7BIT" 8 2 NIL NIL NIL NIL)' +
        '("APPLICATION" "PDF" ("name" "x.pdf") "<i>" NIL "BASE64" 4 NIL ("attachment" ("filename" "x.pdf")) NIL NIL)' +
        '("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 19 (NIL "in" NIL NIL NIL NIL NIL NIL NIL NIL) ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 4 1 NIL NIL NIL NIL) 3 NIL NIL NIL NIL)' +
        ' "MIXED" ("boundary" "o") NIL NIL NIL))\r\nt OK fetched',
    )
    expect(await client.ask('FETCH 1 BODY')).not.toMatch(/boundary|attachment/)
    expect(await client.ask('FETCH 1 (BODY.PEEK[3.HEADER] BODY.PEEK[3.1] BODY.PEEK[2.MIME])')).toMatch(
      /\{15\}\r\nSubject: in\r\n\r\n BODY\[3\.1\] \{4\}\r\ntext BODY\[2\.MIME\] /,
    )
  })

  it('keep their flags for everybody to see', async () => {
    const { port, store } = await runImap()
    for (const n of [1, 2, 3]) await store.deliver(delivery(n))
    const [one, two] = [await ImapClient.open(port, 'INBOX'), await ImapClient.open(port, 'INBOX')]
    expect(await one.ask('STORE 1:2 +FLAGS (\\Flagged $Junk)')).toMatch(
      /^\* 1 FETCH \(FLAGS \(\$Junk \\Flagged \\Recent\)\)\r\n\* 2 FETCH/,
    )
    expect(await two.ask('NOOP')).toBe(
      '* 1 FETCH (UID 1 FLAGS ($Junk \\Flagged))\r\n* 2 FETCH (UID 2 FLAGS ($Junk \\Flagged))\r\nt OK nothing done',
    )
    expect(await one.ask('UID STORE 2 -FLAGS.SILENT $junk')).toBe('t OK stored')
    expect(await one.ask('UID STORE 2 FLAGS (\\Seen)')).toBe(
      '* 2 FETCH (UID 2 FLAGS (\\Seen \\Recent))\r\nt OK stored',
    )
    expect(await one.ask('STORE 1 +FLAGS (\\Bogus)')).toMatch(/^t NO \[CANNOT\]/)
    expect(await one.ask('STORE 4 +FLAGS (\\Seen)')).toMatch(/^t BAD/)
    expect(await one.ask('UID STORE 4 +FLAGS (\\Seen)')).toBe('t OK stored')
  })

  it('are copied and moved, and tell where to', async () => {
    const { port, store, mailbox } = await runImap()
    for (const n of [1, 2, 3]) await store.deliver(delivery(n))
    const client = await ImapClient.open(port, 'INBOX')
    const trash = mailbox.folder('Trash')!
    expect(await client.ask('COPY 1:2 Trash')).toMatch(
      new RegExp(`^t OK \\[COPYUID ${trash.uidValidity} 1:2 1:2\\]`),
    )
    expect(await client.ask('COPY 1 nothing')).toMatch(/^t NO \[TRYCREATE\]/)
    expect(await client.ask('UID COPY 99 Trash')).toBe('t OK nothing to copy')
    const moved = await client.ask('UID MOVE 1,3 Trash')
    expect(moved.split('\r\n')).toEqual([
      `* OK [COPYUID ${trash.uidValidity} 1,3 3:4] moved`,
      '* 3 EXPUNGE',
      '* 1 EXPUNGE',
      't OK moved',
    ])
    expect(trash.entries.size).toBe(4)
    expect(mailbox.inbox.entries.size).toBe(1)
  })

  it('are expunged when marked, all or by UID, or silently with CLOSE', async () => {
    const { port, store, mailbox } = await runImap()
    for (const n of [1, 2, 3, 4, 5]) await store.deliver(delivery(n))
    const client = await ImapClient.open(port, 'INBOX')
    await client.ask('STORE 1,2,4 +FLAGS.SILENT (\\Deleted)')
    expect(await client.ask('UID EXPUNGE 2:3')).toBe('* 2 EXPUNGE\r\nt OK expunged')
    expect(await client.ask('EXPUNGE')).toBe('* 3 EXPUNGE\r\n* 1 EXPUNGE\r\nt OK expunged')
    await client.ask('STORE 1 +FLAGS.SILENT (\\Deleted)')
    expect(await client.ask('CLOSE')).toBe('t OK closed')
    expect([...mailbox.inbox.entries.keys()]).toEqual([5])
    expect(await client.ask('FETCH 1 UID')).toMatch(/^t BAD/)
    await client.ask('SELECT INBOX')
    await client.ask('STORE 1 +FLAGS.SILENT (\\Deleted)')
    expect(await client.ask('UNSELECT')).toBe('t OK closed')
    expect(mailbox.inbox.entries.size).toBe(1)
  })

  it('keep their numbers while FETCH, STORE and SEARCH are answered', async () => {
    const { port, store, mailbox } = await runImap()
    for (const n of [1, 2, 3]) await store.deliver(delivery(n))
    const client = await ImapClient.open(port, 'INBOX')
    mailbox.expunge(mailbox.inbox, [1])
    await store.deliver(delivery(4))
    expect(await client.ask('FETCH 1:3 UID')).toBe(
      '* 2 FETCH (UID 2)\r\n* 3 FETCH (UID 3)\r\n* 4 EXISTS\r\n* 4 RECENT\r\nt NO [EXPUNGEISSUED] some of the messages are no more',
    )
    expect(await client.ask('SEARCH ALL')).toBe('* SEARCH 2 3 4\r\nt OK searched')
    expect(await client.ask('STORE 1 +FLAGS (\\Seen)')).toMatch(/^t NO \[EXPUNGEISSUED\]/)
    expect(await client.ask('COPY 1:2 Trash')).toBe(
      '* 1 EXPUNGE\r\nt NO [EXPUNGEISSUED] some of the messages are no more',
    )
    mailbox.expunge(mailbox.inbox, [3])
    expect(await client.ask('UID FETCH 4 UID')).toBe('* 3 FETCH (UID 4)\r\n* 2 EXPUNGE\r\nt OK fetched')
  })

  it('that came and went unheard are never spoken of', async () => {
    const { port, store, mailbox } = await runImap()
    const client = await ImapClient.open(port, 'INBOX')
    await store.deliver(delivery(1))
    mailbox.expunge(mailbox.inbox, [1])
    expect(await client.ask('NOOP')).toBe('t OK nothing done')
  })
})

describe('SEARCH', () => {
  async function searching(): Promise<(keys: string) => Promise<string>> {
    const { port, mailbox } = await runImap()
    const client = await ImapClient.open(port)
    const encoded =
      'Subject: =?utf-8?B?7JWI64WV?=\r\nFrom: kim@x.test\r\nDate: Mon, 2 Mar 2020 23:00:00 -0800\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    await client.ask(
      'APPEND INBOX (\\Seen) " 1-Mar-2020 00:00:00 +0000" ',
      `${encoded}${base64('Über das Wetter\n')}`,
    )
    await client.ask(
      'APPEND INBOX (\\Flagged work) " 5-Mar-2020 00:00:00 +0000" ',
      `To: lee@x.test\r\nX-Kind: Odd\r\n\r\n${'y'.repeat(300)}`,
    )
    await client.ask('APPEND INBOX ', 'Subject: third\r\n\r\nweather\r\n')
    mailbox.inbox.expunge([3])
    await client.ask('APPEND INBOX ', 'Subject: fourth\r\n\r\nweather\r\n')
    await client.ask('SELECT INBOX')
    return async (keys) => (await client.ask(keys)).replace(/\r\nt OK.*/, '')
  }

  it.each([
    ['SEARCH ALL', '1 2 3'],
    ['UID SEARCH ALL', '1 2 4'],
    ['SEARCH UNSEEN UNFLAGGED', '3'],
    ['SEARCH OR SEEN KEYWORD work', '1 2'],
    ['SEARCH UNKEYWORD WORK', '1 3'],
    ['SEARCH NOT (SEEN)', '2 3'],
    ['SEARCH BEFORE 5-Mar-2020', '1'],
    ['SEARCH ON 5-Mar-2020', '2'],
    ['SEARCH SINCE "5-Mar-2020"', '2 3'],
    ['SEARCH SENTON 2-Mar-2020', '1'],
    ['SEARCH SENTBEFORE 3-Mar-2020', '1'],
    ['SEARCH LARGER 250', '2'],
    ['SEARCH SMALLER 40', '3'],
    ['SEARCH HEADER x-kind odd', '2'],
    ['SEARCH HEADER X-Kind ""', '2'],
    ['SEARCH TO LEE FROM kim', ''],
    ['SEARCH UID 4:*', '3'],
    ['SEARCH 2:* UNFLAGGED', '3'],
    ['SEARCH BODY WEATHER', '3'],
    ['SEARCH TEXT fourth', '3'],
    ['SEARCH CHARSET UTF-8 BODY "\u00c3\u009cBER"', '1'],
    ['SEARCH RECENT', '1 2 3'],
    ['SEARCH NEW', '2 3'],
    ['SEARCH OLD', ''],
  ])('%s', async (keys, found) => {
    expect(await (await searching())(keys)).toBe(`* SEARCH${found === '' ? '' : ` ${found}`}`)
  })

  it('finds what was encoded, in a literal too, and refuses charsets it does not know', async () => {
    const { port } = await runImap()
    const client = await ImapClient.open(port)
    await client.ask('APPEND INBOX ', 'Subject: =?utf-8?B?7JWI64WV?=\r\n\r\n')
    await client.ask('SELECT INBOX')
    expect(await client.ask('SEARCH CHARSET UTF-8 SUBJECT ', Buffer.from('안녕').toString('latin1'))).toMatch(
      /^\* SEARCH 1\r\n/,
    )
    expect(await client.ask('SEARCH CHARSET KOI8-R SUBJECT x')).toMatch(
      /^t NO \[BADCHARSET \(US-ASCII UTF-8\)\]/,
    )
    expect(await client.ask('SEARCH 7')).toMatch(/^t BAD/)
  })
})

describe('IDLE', () => {
  it('tells what happens as it happens', async () => {
    const { port, store, mailbox } = await runImap()
    const client = await ImapClient.open(port, 'INBOX')
    client.raw.send('x IDLE\r\n')
    expect(await client.raw.line()).toBe('+ idling')
    await store.deliver(delivery(1))
    expect(await client.raw.line()).toBe('* 1 EXISTS')
    expect(await client.raw.line()).toBe('* 1 RECENT')
    mailbox.expunge(mailbox.inbox, [1])
    expect(await client.raw.line()).toBe('* 1 EXPUNGE')
    client.raw.send('done\r\n')
    expect(await client.raw.line()).toBe('x OK idled')
  })

  it('begins with what happened before it, and ends only with DONE', async () => {
    const { port, store } = await runImap()
    const client = await ImapClient.open(port, 'INBOX')
    await store.deliver(delivery(1))
    client.raw.send('x IDLE\r\n')
    expect(await client.raw.until(/1 EXISTS/)).toContain('+ idling')
    client.raw.send('y NOOP\r\n')
    expect(await client.raw.until(/x BAD.*\r\n/)).toBeDefined()
  })

  it('ends when nothing was said for half an hour', async () => {
    const clock = new VirtualClock()
    const { port } = await runImap({ clock })
    const client = await ImapClient.open(port, 'INBOX')
    client.raw.send('x IDLE\r\n')
    await client.raw.line()
    clock.advance(IDLE_MS)
    expect(await client.raw.rest()).toBe('* BYE nothing was said for too long\r\n')
  })
})

describe('mail programs', () => {
  it('like Thunderbird, in lower case and all its steps, are served', async () => {
    const { port, store, mailbox } = await runImap()
    for (const n of [1, 2]) await store.deliver(delivery(n))
    const client = await ImapClient.connect(port)
    const fields =
      'From To Cc Bcc Subject Date Message-ID Priority X-Priority References Newsgroups In-Reply-To Content-Type Reply-To'
    const steps = [
      'capability',
      `authenticate PLAIN ${base64(`\0bob\0${PASSWORD}`)}`,
      'ID ("name" "Thunderbird" "version" "153.7")',
      'namespace',
      'list "" "INBOX"',
      'lsub "" "*"',
      'list "" "Trash"',
      'subscribe "Trash"',
      'select "INBOX"',
      'UID fetch 1:* (FLAGS)',
      `UID fetch 1:2 (UID RFC822.SIZE FLAGS BODY.PEEK[HEADER.FIELDS (${fields})])`,
      'UID fetch 2 (UID RFC822.SIZE BODY.PEEK[])',
      'UID fetch 2 (BODY.PEEK[TEXT]<0.2048>)',
      'uid store 2 +Flags (\\Seen)',
      'uid move 1 "Trash"',
      'uid store 2 +FLAGS (\\Deleted)',
      'noop',
      'expunge',
      'close',
      'logout',
    ]
    for (const step of steps) expect(await client.ask(step), step).toMatch(/(^|\r\n)t OK/)
    expect(mailbox.inbox.entries.size).toBe(0)
    expect(mailbox.folder('Trash')!.entries.size).toBe(1)
  })
})

describe('the server', () => {
  it('says goodbye when it stops, to who idles too', async () => {
    const { port, server } = await runImap()
    const client = await ImapClient.open(port, 'INBOX')
    client.raw.send('x IDLE\r\n')
    await client.raw.line()
    await server.stop()
    expect(await client.raw.rest()).toBe('* BYE the server stops\r\n')
  })

  it('leaves what was said about a message, without password and content', async () => {
    const dialogues = testDialogues()
    const { port, store } = await runImap({ dialogues })
    await store.deliver(delivery(1))
    const client = await ImapClient.open(port, 'INBOX')
    await client.ask('FETCH 1 (FLAGS)')
    await client.ask('FETCH 1 BODY[]')
    const [dialogue] = dialogues.of('<1@a.test>')
    const lines = dialogue!.lines.map(({ text }) => text)
    expect(dialogues.all).toHaveLength(1)
    expect(lines).toContain('a1 LOGIN bob (password)')
    expect(lines).toContain(
      `* 1 FETCH (BODY[] {${letter(1).length}} (${letter(1).length} bytes) FLAGS (\\Seen \\Recent))`,
    )
    expect(lines.join('\n')).not.toMatch(new RegExp(`${PASSWORD}|Number 1`))
  })
})
