import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { silentLogger, systemClock, systemRandom } from '../../../../base/index.ts'
import { parseAddress } from '../../address/index.ts'
import { inboxOf, openTestHouse, RawClient } from '../../test-house.ts'
import { reply } from '../reply.ts'
import { SmtpServer } from './server.ts'
import { codes, greeted, hello, open, plain } from './test-smtp.ts'
import type { PostOffice } from './types.ts'
import { MAX_BAD_COMMANDS, MAX_RECIPIENTS, MAX_SKIPPED_BYTES } from '../limits.ts'

const MESSAGE = 'From: bob@b.test\r\nSubject: Hi\r\nMessage-ID: <1@b.test>\r\n\r\nHello\r\n..dot\r\n.\r\n'

describe('a message', () => {
  it('for somebody here is taken from anybody, and lies in the mailbox with its trace', async () => {
    const { test } = await open()
    const client = await hello(test)
    expect(await codes(client, 'MAIL FROM:<bob@b.test> SIZE=50', 'RCPT TO:<Alice@A.TEST>', 'DATA')).toEqual([
      '250',
      '250',
      '354',
    ])
    expect(await client.say(MESSAGE.slice(0, -2))).toMatch(/^250 2\.0\.0 Delivered as [0-9A-F]{12}$/)
    const [text] = inboxOf(test, 'alice')
    expect(text).toMatch(
      /^Return-Path: <bob@b\.test>\r\nReceived: from client\.test \(\[127\.0\.0\.1\]\)\r\n\tby a\.test with ESMTP id [0-9A-F]{12}\r\n\tfor <Alice@a\.test>;\r\n\t\w{3}, \d+ \w{3} \d{4} [\d:]{8} \+0000\r\nFrom: bob/,
    )
    expect(text).toContain('\r\n\r\nHello\r\n.dot\r\n')
    expect(await client.say('QUIT')).toBe('221 2.0.0 a.test closing connection')
    await client.closed()
  })

  it('is on the disk when it is answered', async () => {
    const { test } = await open()
    const client = await hello(test)
    await codes(client, 'MAIL FROM:<>', 'RCPT TO:<alice@a.test>', 'DATA', MESSAGE.slice(0, -2))
    await test.stop()
    const again = await openTestHouse({ host: 'a.test', folder: test.folder })
    expect(inboxOf(again, 'alice')).toHaveLength(1)
  })

  it('may come with its whole envelope at once, cut anywhere', async () => {
    const { test } = await open()
    const whole = `EHLO x\r\nMAIL FROM:<b@b.test>\r\nRCPT TO:<alice@a.test>\r\nRCPT TO:<nobody@a.test>\r\nRCPT TO:<carol@a.test>\r\nDATA\r\n`
    for (const cut of [1, 20, 60, whole.length]) {
      const client = await greeted(test)
      client.write(whole.slice(0, cut))
      await new Promise((resolve) => setImmediate(resolve))
      client.write(whole.slice(cut))
      const seen: string[] = []
      for (let i = 0; i < 6; i++) seen.push((await client.reply()).slice(0, 3))
      expect(seen).toEqual(['250', '250', '250', '550', '250', '354'])
      client.write(`Subject: ${cut}\r\n\r\nx\r\n.\r\nRSET\r\nQUIT\r\n`)
      expect(
        [await client.reply(), await client.reply(), await client.reply()].map((r) => r.slice(0, 3)),
      ).toEqual(['250', '250', '221'])
    }
    expect(inboxOf(test, 'alice')).toHaveLength(4)
    expect(inboxOf(test, 'carol')).toHaveLength(4)
  })

  it('that breaks off is not delivered', async () => {
    const { test } = await open()
    const client = await hello(test)
    await codes(client, 'MAIL FROM:<>', 'RCPT TO:<alice@a.test>', 'DATA')
    client.write('Subject: half\r\n\r\nhalf\r\n')
    client.destroy()
    await expect.poll(() => test.server.sessions).toBe(0)
    expect(inboxOf(test, 'alice')).toEqual([])
  })

  it('that goes round in circles is refused', async () => {
    const { test } = await open()
    const client = await hello(test)
    await codes(client, 'MAIL FROM:<>', 'RCPT TO:<alice@a.test>', 'DATA')
    expect(await client.say(`${'Received: by x; now\r\n'.repeat(101)}\r\nx\r\n.`)).toMatch(/^554 5\.4\.6 /)
    expect(inboxOf(test, 'alice')).toEqual([])
  })

  it('without a Message-ID gets one that stays the same when it is sent again, so that the double is hidden', async () => {
    const { test } = await open()
    const client = await hello(test)
    for (let i = 0; i < 2; i++)
      expect(await codes(client, 'MAIL FROM:<>', 'RCPT TO:<alice@a.test>', 'DATA', 'just text\r\n.')).toEqual(
        ['250', '250', '354', '250'],
      )
    const [text, ...doubles] = inboxOf(test, 'alice')
    expect(doubles).toEqual([])
    expect(text).toMatch(/\r\nMessage-ID: <[0-9a-f]{40}@a\.test>\r\n\r\njust text\r\n$/)
  })

  it('beyond the size told is refused by its announcement, and else at its end, and the session goes on', async () => {
    const { test, connect } = await open({ server: { maxMessageBytes: 1_000 } })
    const client = await connect()
    expect(await client.say('EHLO x')).toContain('250-SIZE 1000')
    expect(await codes(client, 'MAIL FROM:<> SIZE=1001')).toEqual(['552'])
    await codes(client, 'MAIL FROM:<> SIZE=1000', 'RCPT TO:<alice@a.test>', 'DATA')
    expect(await client.say(`${`${'x'.repeat(98)}\r\n`.repeat(11)}.`)).toMatch(/^552 5\.3\.4 /)
    expect(await codes(client, 'NOOP')).toEqual(['250'])
    expect(inboxOf(test, 'alice')).toEqual([])
  })

  it('for a full mailbox is refused for now', async () => {
    const { test } = await open({ quotaBytes: 2_000 })
    const client = await hello(test)
    const body = `${`${'x'.repeat(98)}\r\n`.repeat(12)}.`
    expect(await codes(client, 'MAIL FROM:<>', 'RCPT TO:<alice@a.test>', 'DATA', body)).toEqual([
      '250',
      '250',
      '354',
      '250',
    ])
    expect(await client.say('MAIL FROM:<> SIZE=1900')).toMatch(/^250/)
    expect(await client.say('RCPT TO:<alice@a.test>')).toBe('452 4.2.2 The mailbox is full')
    expect(await client.say('RCPT TO:<carol@a.test>')).toMatch(/^250/)
  })

  it('is taken for the postmaster without any domain', async () => {
    const { test } = await open()
    const client = await hello(test)
    await codes(
      client,
      'MAIL FROM:<>',
      'RCPT TO:<Postmaster>',
      'RCPT TO:<postmaster@a.test>',
      'DATA',
      'x\r\n.',
    )
    expect(inboxOf(test, 'alice')).toHaveLength(1)
  })
})

describe('relaying', () => {
  it.each([
    'RCPT TO:<x@b.test>',
    'RCPT TO:<@a.test:x@b.test>',
    'RCPT TO:<alice@[127.0.0.1]>',
    'RCPT TO:<"alice@a.test"@b.test>',
    'RCPT TO:<x%b.test@b.test>',
  ])('is for those who logged in alone: %s', async (rcpt) => {
    const { test } = await open()
    const client = await hello(test)
    await client.say('MAIL FROM:<alice@a.test>')
    expect(await client.say(rcpt)).toMatch(/^550 5\.7\.1 Relaying denied/)
  })

  it.each(['RCPT TO:<nobody@a.test>', 'RCPT TO:<x%b.test@a.test>', 'RCPT TO:<b.test!x@a.test>'])(
    'tells that nobody here is called so: %s',
    async (rcpt) => {
      const { test } = await open()
      const client = await hello(test)
      await client.say('MAIL FROM:<>')
      expect(await client.say(rcpt)).toMatch(/^550 5\.1\.1 No such mailbox/)
    },
  )

  it('works after login, under one’s own name', async () => {
    const { test } = await open()
    const client = await hello(test)
    expect(await client.say(plain('alice', test.passwords.get('alice')!))).toBe('235 2.7.0 Logged in')
    expect(await codes(client, 'MAIL FROM:<carol@a.test>', 'MAIL FROM:<x@b.test>')).toEqual(['553', '553'])
    expect(await codes(client, 'MAIL FROM:<alice@a.test>', 'RCPT TO:<x@b.test>', 'DATA')).toEqual([
      '250',
      '250',
      '354',
    ])
    expect(await client.say('Subject: x\r\n\r\nx\r\n.')).toMatch(/^250 2\.0\.0 Queued as /)
    const [queued] = test.house.queue.list()
    expect(queued).toMatchObject({
      from: 'alice@a.test',
      subject: 'x',
      recipients: [{ address: 'x@b.test' }],
    })
    expect(Buffer.from(test.house.queue.content(queued!.id)!).toString()).toMatch(
      /^Received: from client\.test \(\[127\.0\.0\.1\]\)\r\n\tby a\.test with ESMTPA id .*\r\n\tfor <x@b\.test>;\r\n\t.*\r\nMessage-ID: <.*@a\.test>\r\nDate: .* \+0000\r\nSubject: x\r\n\r\nx\r\n$/,
    )
  })
})

describe('commands', () => {
  it.each([
    ['', '500'],
    ['XYZZY', '500'],
    ['EHLO', '501'],
    ['EHLO a b', '501'],
    ['EHLO a\tb', '500'],
    ['MAIL', '501'],
    ['MAIL FROM:', '501'],
    ['MAIL FROM:bob@b.test', '501'],
    ['MAIL FROM:<bob@b..test>', '501'],
    ['MAIL FROM:<Postmaster>', '501'],
    ['MAIL FROM:<bob@b.test> SIZE', '501'],
    ['MAIL FROM:<bob@b.test> SIZE=-1', '501'],
    ['MAIL FROM:<bob@b.test> SIZE=1 SIZE=1', '501'],
    ['MAIL FROM:<bob@b.test> BODY=BINARYMIME', '501'],
    ['MAIL FROM:<bob@b.test> SMTPUTF8=yes', '501'],
    ['MAIL FROM:<bob@b.test> =', '501'],
    ['MAIL FROM:<bob@b.test> RET=FULL', '555'],
    ['MAIL FROM:<bob@b.test> XFOO', '555'],
    ['MAIL FROM:<bob@b.test>SIZE=1', '501'],
    ['MAIL FROM:<김@b.test>', '553'],
    ['RCPT TO:<alice@a.test>', '503'],
    ['RCPT TO:', '501'],
    ['DATA', '503'],
    ['DATA now', '501'],
    ['VRFY', '501'],
    ['EXPN list', '502'],
    ['BDAT 10 LAST', '500'],
    ['MAIL FROM:<a@b.test>\0', '500'],
  ])('answer %j with %s', async (line, code) => {
    const { test } = await open()
    const client = await hello(test)
    expect(await codes(client, line, 'NOOP')).toEqual([code, '250'])
  })

  it.each([
    'mail from:<bob@b.test>',
    'Mail From: <bob@b.test>',
    'MAIL FROM:<> AUTH=<>',
    'MAIL FROM:<bob@b.test> size=10 body=8bitmime',
    'MAIL FROM:<김@b.test> SMTPUTF8',
    'MAIL FROM:<bob@b.test>  ',
    'VRFY alice',
    'HELP me',
    'NOOP whatever',
    'RSET',
  ])('take %s', async (line) => {
    const { test } = await open()
    expect((await codes(await hello(test), line))[0]).toMatch(/^2/)
  })

  it('come in order', async () => {
    const { test } = await open()
    const client = await greeted(test)
    expect(
      await codes(
        client,
        'MAIL FROM:<>',
        'HELO x',
        'MAIL FROM:<>',
        'MAIL FROM:<>',
        'DATA',
        'RSET',
        'RCPT TO:<alice@a.test>',
      ),
    ).toEqual(['503', '250', '250', '503', '554', '250', '503'])
  })

  it('are begun anew by RSET and EHLO in the middle', async () => {
    const { test } = await open()
    const client = await hello(test)
    for (const again of ['RSET', 'EHLO x']) {
      await codes(client, 'MAIL FROM:<>', 'RCPT TO:<alice@a.test>', again)
      expect(await codes(client, 'DATA', 'MAIL FROM:<>', 'DATA', 'RSET')).toEqual([
        '503',
        '250',
        '554',
        '250',
      ])
    }
  })

  it('name as many recipients as they may, and no more', async () => {
    const accounts = Array.from({ length: 3 }, (_, i) => `u${i}`)
    const { test } = await open({ accounts })
    const client = await hello(test)
    expect(await codes(client, plain('u0', test.passwords.get('u0')!), 'MAIL FROM:<u0@a.test>')).toEqual([
      '235',
      '250',
    ])
    for (let i = 0; i < MAX_RECIPIENTS; i++) client.write(`RCPT TO:<r${i}@b.test>\r\n`)
    for (let i = 0; i < MAX_RECIPIENTS; i++) expect(await client.reply()).toMatch(/^250/)
    expect(await client.say('RCPT TO:<one@b.test>')).toMatch(/^452 4\.5\.3/)
    expect(await codes(client, 'DATA', 'x\r\n.')).toEqual(['354', '250'])
    expect(test.house.queue.list()[0]?.recipients).toHaveLength(MAX_RECIPIENTS)
  })

  it('that are nonsense end the session in the end', async () => {
    const { test } = await open()
    const client = await hello(test)
    for (let i = 1; i < MAX_BAD_COMMANDS; i++) expect(await codes(client, 'XYZZY')).toEqual(['500'])
    expect(await codes(client, 'XYZZY')).toEqual(['421'])
    await client.closed()
  })

  it.each([
    ['GET / HTTP/1.1\r\n', /^421 .*HTTP/],
    ['NOOP\nQUIT\r\n', /^500 /],
    ['NOOP\rNOOP\r\n', /^500 /],
    ['x'.repeat(MAX_SKIPPED_BYTES + 10_000), /^421 /],
  ])('of other kinds end it at once: %.20j', async (bytes, expected) => {
    const { test } = await open()
    const client = await hello(test)
    client.write(bytes)
    expect(await client.reply()).toMatch(expected)
    await client.closed()
  })

  it('that are too long are answered, and the next is understood', async () => {
    const { test } = await open()
    const client = await hello(test)
    expect(await codes(client, `NOOP ${'x'.repeat(3_000)}`, 'NOOP')).toEqual(['500', '250'])
  })
})

describe('smuggling', () => {
  it.each([
    ['LF.LF', '\n.\n'],
    ['LF.CRLF', '\n.\r\n'],
    ['CRLF.LF', '\r\n.\n'],
    ['CRLF.CR', '\r\n.\r'],
    ['CR.CRLF', '\r.\r\n'],
    ['CR.CR', '\r.\r'],
    ['CRLF NUL .CRLF', '\r\n\0.\r\n'],
  ])('with the ending %s delivers nothing, is told, and ends the session', async (_name, ending) => {
    const { test } = await open()
    const client = await hello(test)
    await codes(client, 'MAIL FROM:<bob@b.test>', 'RCPT TO:<alice@a.test>', 'DATA')
    client.write(
      `Subject: one\r\n\r\nx${ending}MAIL FROM:<root@a.test>\r\nRCPT TO:<alice@a.test>\r\nDATA\r\nSubject: smuggled\r\n\r\nx\r\n.\r\n`,
    )
    expect(await client.reply()).toMatch(/^55[04] 5\.[56]/)
    await client.closed()
    expect(await client.reply()).toBe('')
    expect(inboxOf(test, 'alice')).toEqual([])
    expect(await codes(await hello(test), 'NOOP')).toEqual(['250'])
  })
})

describe('the server', () => {
  it('turns away who comes too often, and only him', async () => {
    const { test, connect } = await open({ server: { maxSessionsPerSource: 2 } })
    const [first] = [await connect(), await connect()]
    const third = new RawClient(test.server.port)
    expect(await third.reply()).toMatch(/^421 4\.7\.0 Too many connections/)
    await third.closed()
    await first.say('QUIT')
    await first.closed()
    await expect.poll(() => test.server.sessions).toBe(1)
    await connect()
  })

  it('says good-bye to everybody when it stops', async () => {
    const { test } = await open()
    const client = await hello(test)
    const stopping = test.server.stop()
    expect(await client.reply()).toMatch(/^421 4\.3\.2 .*shutting down/)
    client.end()
    await stopping
  })

  it('answers for a message it is just writing down before it says good-bye', async () => {
    const written = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const alice = parseAddress('alice@a.test')!
    const office: PostOffice = {
      checkSender: () => undefined,
      checkRecipient: () => ({ is: 'local', account: 'alice', address: alice }),
      accept: async () => {
        begun.resolve()
        await written.promise
        return { reply: reply(250, '2.0.0', 'Kept'), messageId: undefined }
      },
    }
    const { test } = await open()
    const server = new SmtpServer(
      { clock: systemClock, random: systemRandom, log: silentLogger },
      {
        hosts: ['127.0.0.1'],
        port: 0,
        hostName: () => 'a.test',
        office,
        accounts: test.house.accounts,
        dialogues: test.house.dialogues,
      },
    )
    await server.start()
    const client = new RawClient(server.port)
    await client.reply()
    await codes(client, 'EHLO x', 'MAIL FROM:<>', 'RCPT TO:<alice@a.test>', 'DATA')
    client.write('x\r\n.\r\n')
    await begun.promise
    const stopping = server.stop()
    written.resolve()
    expect([await client.reply(), await client.reply()]).toEqual([
      '250 2.0.0 Kept',
      '421 4.3.2 a.test is shutting down',
    ])
    client.end()
    await stopping
  })

  it('keeps what was said with each message, and no password', async () => {
    const { test } = await open()
    const client = await hello(test)
    await client.say(plain('alice', test.passwords.get('alice')!))
    for (const id of ['1', '2'])
      await codes(
        client,
        `MAIL FROM:<alice@a.test>`,
        'RCPT TO:<carol@a.test>',
        'DATA',
        `Message-ID: <${id}@x>\r\n\r\n${id}\r\n.`,
      )
    await client.say('QUIT')
    const [dialogue, ...others] = test.house.dialogues.of('<2@x>')
    expect(others).toEqual([])
    expect(dialogue).toMatchObject({ protocol: 'smtp', self: 'server', other: '127.0.0.1', isCut: false })
    expect(
      dialogue!.lines.map(({ from, text }) => `${from[0]}: ${text.replace(/[0-9A-F]{12}/, 'ID')}`),
    ).toEqual([
      's: 220 a.test ESMTP Shoal',
      'c: EHLO client.test',
      's: 250-a.test',
      's: 250-PIPELINING',
      's: 250-SIZE 26214400',
      's: 250-AUTH PLAIN LOGIN',
      's: 250-ENHANCEDSTATUSCODES',
      's: 250-8BITMIME',
      's: 250 SMTPUTF8',
      'c: AUTH PLAIN (secret)',
      's: 235 2.7.0 Logged in',
      'c: MAIL FROM:<alice@a.test>',
      's: 250 2.1.0 Sender ok',
      'c: RCPT TO:<carol@a.test>',
      's: 250 2.1.5 Recipient ok',
      'c: DATA',
      's: 354 End data with <CR><LF>.<CR><LF>',
      'c: (24 bytes of message)',
      'c: .',
      's: 250 2.0.0 Delivered as ID',
      'c: QUIT',
      's: 221 2.0.0 a.test closing connection',
    ])
    test.house.dialogues.flush()
    expect(test.house.dialogues.of('<2@x>')).toEqual([dialogue])
  })

  it('survives whatever is sent to it', async () => {
    const { test } = await open({ server: { maxSessionsPerSource: 500 } })
    const words = [
      'EHLO x',
      'MAIL FROM:<>',
      'RCPT TO:<alice@a.test>',
      'DATA',
      'AUTH PLAIN',
      'AUTH LOGIN',
      '*',
      '.',
      '\0',
      '\r',
      '\n',
      '\r\n',
      '\r\n',
      '\r\n',
      'RSET',
      'STARTTLS',
      '\xff\xfe',
      'x'.repeat(3_000),
    ]
    const noise = fc.array(
      fc.oneof(fc.constantFrom(...words), fc.string({ unit: 'binary', maxLength: 20 })),
      { maxLength: 20 },
    )
    await fc.assert(
      fc.asyncProperty(noise, async (parts) => {
        const client = new RawClient(test.server.port)
        await client.reply()
        for (const part of parts) client.write(Buffer.from(part, 'latin1'))
        client.end()
        await client.closed()
      }),
      { numRuns: 60 },
    )
    const client = await hello(test)
    expect(
      await codes(client, 'MAIL FROM:<>', 'RCPT TO:<carol@a.test>', 'DATA', 'still here\r\n.'),
    ).toContain('250')
    expect(inboxOf(test, 'carol')).toHaveLength(1)
  })
})
