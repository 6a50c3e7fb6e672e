import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { silentLogger, systemClock, VirtualClock } from '../../../base/index.ts'
import { LOGIN_TIMEOUT_MS } from '../access/limits.ts'
import type { MailAccessInit } from '../access/mail-access.ts'
import { PASSWORD, TestClient, testAccounts, testDialogues } from '../access/test-access.ts'
import { testCertificate } from '../access/test-certificate.ts'
import type { MailboxStore } from '../mailbox/index.ts'
import { delivery, letter, message, openTestMailboxes } from '../mailbox/test-mailboxes.ts'
import { IDLE_MS } from './limits.ts'
import { Pop3Server } from './server.ts'

interface Running {
  readonly port: number
  readonly store: MailboxStore
  readonly server: Pop3Server
  readonly reopen: () => MailboxStore
}

async function run(options: Partial<MailAccessInit> = {}): Promise<Running> {
  const boxes = openTestMailboxes()
  const server = new Pop3Server({
    clock: systemClock,
    log: silentLogger,
    accounts: testAccounts(),
    mailbox: (account) => boxes.store.mailbox(account),
    host: 'b.test',
    ...options,
  })
  const port = await server.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.stop())
  return {
    port,
    server,
    reopen: boxes.reopen,
    get store() {
      return boxes.store
    },
  }
}

async function connected(port: number): Promise<TestClient> {
  const client = await TestClient.connect(port)
  expect(await client.line()).toMatch(/^\+OK /)
  return client
}

async function ask(client: TestClient, line: string): Promise<string> {
  client.send(`${line}\r\n`)
  return client.line()
}

async function loggedIn(port: number): Promise<TestClient> {
  const client = await connected(port)
  await ask(client, 'USER bob')
  expect(await ask(client, `PASS ${PASSWORD}`)).toMatch(/^\+OK/)
  return client
}

async function multi(client: TestClient, line: string): Promise<string> {
  client.send(`${line}\r\n`)
  return client.until(/^(-ERR.*\r\n|\+OK[\s\S]*?\r\n\.\r\n)/)
}

describe('logging in', () => {
  it('works with USER and PASS, with spaces in the password and the whole address as name', async () => {
    const { port } = await run()
    const client = await connected(port)
    expect(await ask(client, 'user BOB@b.test')).toBe('+OK')
    expect(await ask(client, `pass ${PASSWORD}`)).toBe('+OK 0 messages')
  })

  it.each([
    ['in one line', (plain: string) => [`AUTH PLAIN ${plain}`]],
    ['after a challenge', (plain: string) => ['AUTH PLAIN', plain]],
  ])('works with AUTH PLAIN %s', async (_, lines) => {
    const { port } = await run()
    const client = await connected(port)
    const replies = []
    for (const line of lines(Buffer.from(`\0bob\0${PASSWORD}`).toString('base64')))
      replies.push(await ask(client, line))
    expect(replies.at(-1)).toBe('+OK 0 messages')
    if (replies.length > 1) expect(replies[0]).toBe('+ ')
  })

  it.each([
    '*',
    '!!!',
    '=',
    Buffer.from('bob').toString('base64'),
    Buffer.from('x\0bob\0y').toString('base64'),
  ])('refuses %j as credentials, and goes on', async (response) => {
    const { port } = await run()
    const client = await connected(port)
    await ask(client, 'AUTH PLAIN')
    expect(await ask(client, response)).toMatch(/^-ERR/)
    expect(await ask(client, 'USER bob')).toBe('+OK')
  })

  it('says the same for a wrong password and for nobody, and ends after three', async () => {
    const { port } = await run()
    const client = await connected(port)
    const answers = []
    for (const user of ['bob', 'nobody', 'bob']) {
      await ask(client, `USER ${user}`)
      answers.push(await ask(client, 'PASS wrong'))
    }
    expect(answers[0]).toBe(answers[1])
    expect(answers[2]).toMatch(/^-ERR \[AUTH\]/)
    expect(await client.rest()).toBe('')
  })

  it('says how long to wait when there were too many failures', async () => {
    const { port } = await run({ accounts: testAccounts(['bob'], 4_200) })
    const client = await connected(port)
    await ask(client, 'USER bob')
    expect(await ask(client, `PASS ${PASSWORD}`)).toBe('-ERR [SYS/TEMP] too many failures: wait 5 s')
  })

  it('takes no password in plain from another machine, and does not offer to', async () => {
    const accounts = testAccounts()
    const { port } = await run({ accounts, isLocal: () => false, tls: await testCertificate() })
    const client = await connected(port)
    expect(await multi(client, 'CAPA')).not.toMatch(/USER|SASL/)
    expect(await ask(client, 'USER bob')).toMatch(/^-ERR/)
    expect(await ask(client, `AUTH PLAIN ${Buffer.from(`\0bob\0${PASSWORD}`).toString('base64')}`)).toMatch(
      /^-ERR/,
    )
    expect(accounts.tries).toEqual([])
  })

  it('takes it after STLS, and forgets what was sent before', async () => {
    const { port } = await run({ isLocal: () => false, tls: await testCertificate() })
    const client = await connected(port)
    expect(await multi(client, 'CAPA')).toMatch(/\r\nSTLS\r\n/)
    // The second line is in the clear: somebody on the way put it there.
    expect(await ask(client, 'STLS\r\nQUIT')).toMatch(/^\+OK/)
    await client.startTls()
    expect(await multi(client, 'CAPA')).not.toMatch(/STLS/)
    expect(await ask(client, 'STLS')).toMatch(/^-ERR/)
    await ask(client, 'USER bob')
    expect(await ask(client, `PASS ${PASSWORD}`)).toMatch(/^\+OK/)
  })

  it('must happen within a minute', async () => {
    const clock = new VirtualClock()
    const { port } = await run({ clock })
    const client = await connected(port)
    await ask(client, 'USER bob')
    clock.advance(LOGIN_TIMEOUT_MS)
    expect(await client.rest()).toBe('')
  })
})

describe('the maildrop', () => {
  it('is listed with sizes and unique ids that stay', async () => {
    const running = await run()
    for (const n of [1, 2]) await running.store.deliver(delivery(n))
    const size = letter(1).length
    let client = await loggedIn(running.port)
    expect(await ask(client, 'STAT')).toBe(`+OK 2 ${2 * size}`)
    expect(await multi(client, 'LIST')).toBe(`+OK\r\n1 ${size}\r\n2 ${size}\r\n.\r\n`)
    expect(await ask(client, 'LIST 2')).toBe(`+OK 2 ${size}`)
    const ids = await multi(client, 'UIDL')
    expect(ids).toMatch(/^\+OK\r\n1 [\x21-\x7e]{1,70}\r\n2 [\x21-\x7e]{1,70}\r\n\.\r\n$/)
    await ask(client, 'DELE 1')
    expect(await ask(client, 'QUIT')).toBe('+OK bye')
    running.reopen()
    client = await loggedIn(running.port)
    expect(await multi(client, 'UIDL')).toBe(`+OK\r\n1 ${/\r\n2 (\S+)/.exec(ids)![1]}\r\n.\r\n`)
  })

  it('is for one session at a time, and free again when that ends in whatever way', async () => {
    const { port } = await run()
    const first = await loggedIn(port)
    const second = await connected(port)
    await ask(second, 'USER bob')
    expect(await ask(second, `PASS ${PASSWORD}`)).toMatch(/^-ERR \[IN-USE\]/)
    first.destroy()
    await expect
      .poll(async () => {
        await ask(second, 'USER bob')
        return ask(second, `PASS ${PASSWORD}`)
      })
      .toMatch(/^\+OK/)
  })

  it('deletes at QUIT, not before, and not when the connection is lost', async () => {
    const { port, store, server } = await run()
    for (const n of [1, 2]) await store.deliver(delivery(n))
    const { inbox } = store.mailbox('bob')!
    const lost = await loggedIn(port)
    expect(await ask(lost, 'DELE 1')).toBe('+OK')
    expect(await ask(lost, 'RETR 1')).toMatch(/^-ERR/)
    expect(await ask(lost, 'DELE 1')).toMatch(/^-ERR/)
    expect(await ask(lost, 'STAT')).toMatch(/^\+OK 1 /)
    lost.destroy()
    await expect.poll(() => server.connections).toBe(0)
    expect(inbox.entries.size).toBe(2)
    const client = await loggedIn(port)
    await ask(client, 'DELE 1')
    await ask(client, 'RSET')
    await ask(client, 'DELE 2')
    expect(inbox.entries.size).toBe(2)
    await ask(client, 'QUIT')
    expect([...inbox.entries.keys()]).toEqual([1])
  })

  it('notes at QUIT what was read', async () => {
    const { port, store } = await run()
    for (const n of [1, 2]) await store.deliver(delivery(n))
    const client = await loggedIn(port)
    await multi(client, 'RETR 1')
    await multi(client, 'TOP 2 1')
    await ask(client, 'QUIT')
    const flags = [...store.mailbox('bob')!.inbox.entries.values()].map((entry) => entry.flags.text)
    expect(flags).toEqual(['\\Seen', ''])
  })

  it('says so when IMAP removed a message meanwhile', async () => {
    const { port, store } = await run()
    await store.deliver(delivery(1))
    const client = await loggedIn(port)
    const mailbox = store.mailbox('bob')!
    mailbox.expunge(mailbox.inbox, [1])
    expect(await ask(client, 'RETR 1')).toMatch(/^-ERR/)
    await ask(client, 'DELE 1')
    expect(await ask(client, 'QUIT')).toBe('+OK bye')
  })
})

describe('a message', () => {
  it.each([
    ['dots at the beginning of lines', '.\n..\n.a\nb.\n'],
    ['a dot at the very end', 'a\n.'],
    ['no line end', 'a'],
    ['nothing', ''],
    ['a bare LF before a dot', 'a\r\n'],
  ])('comes out as it went in: %s', async (_, body) => {
    const { port, store } = await run()
    await store.deliver(delivery(1, { message: letter(1, body) }))
    const client = await loggedIn(port)
    const answer = await multi(client, 'RETR 1')
    const lines = answer.split('\r\n').slice(1, -2)
    const text = lines.map((line) => (line.startsWith('.') ? line.slice(1) : line)).join('\r\n')
    const expected = Buffer.from(letter(1, body)).toString()
    expect(`${text}\r\n`).toBe(expected.endsWith('\r\n') ? expected : `${expected}\r\n`)
  })

  it('never ends early, also for clients that take a bare LF for the end of a line', async () => {
    const { port, store } = await run()
    const evil = Buffer.from('Subject: x\r\n\r\na\n.\n-ERR b\r\n')
    await store.deliver(delivery(1, { message: evil }))
    const client = await loggedIn(port)
    expect(await multi(client, 'RETR 1')).not.toMatch(/\n\.\n/)
  })

  it('can be had in part: the head and so many lines', async () => {
    const { port, store } = await run()
    await store.deliver(delivery(1, { message: message('Subject: s\n\n1\n2\n3\n') }))
    const client = await loggedIn(port)
    expect(await multi(client, 'TOP 1 2')).toBe('+OK 20 octets\r\nSubject: s\r\n\r\n1\r\n2\r\n.\r\n')
    expect(await multi(client, 'TOP 1 0')).toBe('+OK 14 octets\r\nSubject: s\r\n\r\n.\r\n')
    expect(await multi(client, 'TOP 1 99')).toContain('\r\n3\r\n.\r\n')
  })

  it('of several MB goes to a client that reads slowly', async () => {
    const { port, store } = await run()
    const body = `${'x'.repeat(70)}\n`.repeat(60_000)
    await store.deliver(delivery(1, { message: letter(1, body) }))
    const client = await loggedIn(port)
    expect((await multi(client, 'RETR 1')).length).toBeGreaterThan(4_000_000)
  })
})

describe('whatever a client sends', () => {
  it.each([
    'RETR 0',
    'RETR -1',
    'RETR 99999999999999999999',
    'RETR',
    'RETR 1 2',
    'RETR x',
    'TOP 1',
    'TOP 1 x',
    'TOP 1 2 3',
    'DELE 0',
    'LIST 7',
    'UIDL 7',
    'FOO',
    'too-long',
    '',
    ' ',
    'RETR\x001',
    'USER bob',
    'AUTH PLAIN',
    'STLS',
  ])('%j is refused, and the session goes on', async (line) => {
    const { port } = await run()
    const client = await loggedIn(port)
    expect(await ask(client, line)).toMatch(/^-ERR/)
    expect(await ask(client, 'NOOP')).toBe('+OK')
  })

  it('is answered in order when it comes at once, also after the client stopped writing', async () => {
    const { port, store } = await run()
    await store.deliver(delivery(1))
    const client = await connected(port)
    client.send(`USER bob\r\nPASS ${PASSWORD}\r\nSTAT\r\nNOOP\r\nQUIT\r\n`)
    client.endWriting()
    const answers = (await client.rest()).split('\r\n')
    expect(answers).toEqual(['+OK', '+OK 1 messages', `+OK 1 ${letter(1).length}`, '+OK', '+OK bye', ''])
  })

  it('ends the session when a line does not', async () => {
    const { port } = await run()
    const client = await connected(port)
    client.send('x'.repeat(100_000))
    expect(await client.rest()).toMatch(/^-ERR line too long\r\n$/)
  })

  it('ends the session after ten lines nobody understands', async () => {
    const { port } = await run()
    const client = await connected(port)
    client.send('FOO\r\n'.repeat(30))
    expect((await client.rest()).match(/-ERR/g)).toHaveLength(10)
  })

  it('is random: the process lives, and others are served', async () => {
    const { port } = await run()
    const word = fc.constantFrom(
      'USER ',
      'PASS ',
      'AUTH PLAIN',
      'CAPA',
      'STAT',
      '\r\n',
      '\r',
      '\n',
      '\0',
      '.',
      '1',
      ' ',
    )
    const noise = fc.array(fc.oneof(word, fc.string({ maxLength: 20 })), { maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(noise, async (words) => {
        const client = await TestClient.connect(port)
        client.send(`${words.join('')}\r\nQUIT\r\n`)
        client.endWriting()
        await client.rest()
      }),
      { numRuns: 60 },
    )
    expect(await ask(await loggedIn(port), 'NOOP')).toBe('+OK')
  })

  it('means the same at whatever bytes the network cuts it', async () => {
    const { port } = await run()
    const text = `USER bob\r\nPASS ${PASSWORD}\r\nUIDL\r\nQUIT\r\n`
    for (let at = 1; at < text.length; at += 3) {
      const client = await connected(port)
      client.send(text.slice(0, at))
      await new Promise((resolve) => setImmediate(resolve))
      client.send(text.slice(at))
      expect(await client.rest()).toBe('+OK\r\n+OK 0 messages\r\n+OK\r\n.\r\n+OK bye\r\n')
    }
  })

  it('is nothing for ten minutes: logged out, nothing deleted', async () => {
    const clock = new VirtualClock()
    const { port, store } = await run({ clock })
    await store.deliver(delivery(1))
    const client = await loggedIn(port)
    await ask(client, 'DELE 1')
    clock.advance(IDLE_MS)
    expect(await client.rest()).toBe('')
    expect(store.mailbox('bob')!.inbox.entries.size).toBe(1)
  })
})

describe('the server', () => {
  it('has room for so many of one address, and says so to the rest', async () => {
    const { port } = await run({ maxConnectionsPerAddress: 2 })
    const kept = [await connected(port), await connected(port)]
    const third = await TestClient.connect(port)
    expect(await third.rest()).toBe('-ERR [SYS/TEMP] too many connections\r\n')
    kept[0]!.destroy()
    await expect.poll(async () => (await TestClient.connect(port)).line().catch(() => '')).toMatch(/^\+OK/)
  })

  it('ends its sessions when it stops', async () => {
    const { port, server } = await run()
    const client = await loggedIn(port)
    await server.stop()
    expect(await client.rest()).toBe('')
  })

  it('says which port is taken', async () => {
    const { port, server } = await run()
    await expect(server.listen({ host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'port-taken' })
    expect(await ask(await loggedIn(port), 'NOOP')).toBe('+OK')
    const other = new Pop3Server({
      clock: systemClock,
      log: silentLogger,
      accounts: testAccounts(),
      mailbox: () => undefined,
      host: 'b.test',
    })
    await expect(other.listen({ host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'port-taken' })
  })

  it('leaves what was said, without the password and the message', async () => {
    const dialogues = testDialogues()
    const { port, store } = await run({ dialogues })
    await store.deliver(delivery(1))
    const client = await loggedIn(port)
    await multi(client, 'RETR 1')
    await ask(client, 'QUIT')
    await client.rest()
    const [dialogue] = dialogues.of('<1@a.test>')
    const lines = dialogue!.lines.map(({ from, text }) => `${from[0]}: ${text}`)
    expect(lines).toEqual([
      's: +OK b.test Shoal POP3 ready',
      'c: USER bob',
      's: +OK',
      'c: PASS (password)',
      's: +OK 1 messages',
      'c: RETR 1',
      `s: +OK ${letter(1).length} octets`,
      `s: (${letter(1).length} bytes of the message)`,
      's: .',
      'c: QUIT',
      's: +OK bye',
    ])
    expect(dialogue).toMatchObject({ protocol: 'pop3', self: 'server', isCut: false })
  })
})
