import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { silentLogger, VirtualClock } from '../../../base/index.ts'
import { PASSWORD, testAccounts, testDialogues } from '../access/test-access.ts'
import { delivery, letter, message, openTestMailboxes } from '../mailbox/test-mailboxes.ts'
import { MailReader } from './client.ts'
import { createMailHandler, type MailHandlerInit } from './handler.ts'

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
  readonly json: {
    readonly total: number
    readonly before: number | null
    readonly messages: { readonly uid: number }[]
  }
}

async function run(options: Partial<MailHandlerInit> = {}) {
  const { store } = openTestMailboxes()
  const clock = new VirtualClock()
  const accounts = testAccounts()
  const handler = createMailHandler({
    clock,
    log: silentLogger,
    accounts,
    mailbox: (account) => store.mailbox(account),
    ...options,
  })
  const server = createServer(handler)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close().closeAllConnections())
  const { port } = server.address() as AddressInfo
  const ask = async (
    path: string,
    { user = 'bob', password = PASSWORD, method = 'GET', headers = {}, body = '' } = {},
  ): Promise<Answer> => {
    const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
    const out = request({
      host: '127.0.0.1',
      port,
      path,
      method,
      agent: false,
      headers: { authorization, ...headers },
    })
    out.end(body)
    const [response] = await once(out, 'response')
    let text = ''
    for await (const piece of response) text += (piece as Buffer).toString()
    const isJson = response.headers['content-type'] === 'application/json' && text !== ''
    return {
      status: response.statusCode,
      headers: response.headers,
      body: text,
      json: isJson ? JSON.parse(text) : undefined,
    }
  }
  return { store, ask, accounts, origin: `http://127.0.0.1:${port}` }
}

describe('a list of messages', () => {
  it('has the newest first, and goes on before the last of it', async () => {
    const { store, ask } = await run()
    for (const n of [1, 2, 3]) await store.deliver(delivery(n))
    const first = (await ask('/mail/v1/messages?limit=2')).json
    expect(first).toMatchObject({ folder: 'INBOX', total: 3, unseen: 3, before: 2 })
    expect(first.messages[0]).toEqual({
      uid: 3,
      size: letter(3).length,
      receivedAt: 1_700_000_000_000,
      flags: [],
      messageId: '<3@a.test>',
      subject: 'Number 3',
      from: [{ name: 'Alice', address: 'alice@a.test' }],
      to: [{ address: 'bob@b.test' }],
    })
    const second = (await ask('/mail/v1/messages?limit=2&before=2')).json
    expect(second.messages.map(({ uid }: { uid: number }) => uid)).toEqual([1])
    expect(second.before).toBeNull()
  })

  it('is of any folder, and of nobody else', async () => {
    const { store, ask } = await run()
    await store.keepSent('bob', letter('sent'))
    expect((await ask('/mail/v1/messages?folder=Sent')).json).toMatchObject({ total: 1, unseen: 0 })
    expect((await ask('/mail/v1/messages?folder=Nothing')).status).toBe(404)
    expect((await ask('/mail/v1/messages?folder=Sent', { user: 'carol' })).json.total).toBe(0)
  })

  it.each(['limit=0', 'limit=x', 'before=-1', 'before=99999999999'])('is refused for %s', async (query) => {
    expect((await (await run()).ask(`/mail/v1/messages?${query}`)).status).toBe(400)
  })
})

describe('a message', () => {
  it('comes taken apart, or byte for byte, and stays unread', async () => {
    const { store, ask } = await run()
    await store.deliver(
      delivery(1, { message: message('Subject: =?utf-8?q?=C3=A4?=\nContent-Type: text/html\n\n<b>x</b>\n') }),
    )
    const shown = await ask('/mail/v1/messages/1')
    expect(shown.json).toMatchObject({
      uid: 1,
      subject: 'ä',
      html: '<b>x</b>\r\n',
      head: ['Subject: =?utf-8?q?=C3=A4?=', 'Content-Type: text/html'],
    })
    const source = await ask('/mail/v1/messages/1', { headers: { accept: 'message/rfc822' } })
    expect(source.body).toBe('Subject: =?utf-8?q?=C3=A4?=\r\nContent-Type: text/html\r\n\r\n<b>x</b>\r\n')
    expect(source.headers).toMatchObject({
      'content-type': 'message/rfc822',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'content-security-policy': "sandbox; default-src 'none'",
    })
    expect(store.mailbox('bob')!.inbox.entries.get(1)!.flags.text).toBe('')
  })

  it('is told by HEAD without being sent', async () => {
    const { store, ask } = await run()
    await store.deliver(delivery(1))
    const answer = await ask('/mail/v1/messages/1', { method: 'HEAD', headers: { accept: 'message/rfc822' } })
    expect([answer.status, answer.body, answer.headers['content-length']]).toEqual([
      200,
      '',
      String(letter(1).length),
    ])
  })

  it.each([
    '/mail/v1/messages/2',
    '/mail/v1/messages/0',
    '/mail/v1/messages/x',
    '/mail/v1/messages/1/2',
    '/mail/v1/',
    '/mail/v1/messages/99999999999',
  ])('is not at %s', async (path) => {
    const { store, ask } = await run()
    await store.deliver(delivery(1))
    expect((await ask(path)).status).toBe(404)
  })

  it('leaves the two messages by which it was fetched, without the credentials', async () => {
    const dialogues = testDialogues()
    const { store, ask } = await run({ dialogues })
    await store.deliver(delivery(1))
    await ask('/mail/v1/messages/1')
    const lines = dialogues.of('<1@a.test>')[0]!.lines.map(({ from, text }) => `${from} ${text}`)
    expect(lines[0]).toBe('client GET /mail/v1/messages/1 HTTP/1.1')
    expect(lines).toContain('server HTTP/1.1 200 OK')
    expect(lines.join('\n')).not.toContain(Buffer.from(`bob:${PASSWORD}`).toString('base64'))
  })
})

describe('a file of a message', () => {
  const WITH_FILES = message(`Message-ID: <1@a.test>
Content-Type: multipart/mixed; boundary=x

--x

Text
--x
Content-Type: text/html
Content-Disposition: attachment; filename="../안녕 'a'.html"
Content-Transfer-Encoding: base64

PHNjcmlwdD4=
--x--
`)

  it('is saved and never shown, under its name alone', async () => {
    const dialogues = testDialogues()
    const { store, ask } = await run({ dialogues })
    await store.deliver(delivery(1, { message: WITH_FILES }))
    const { status, body, headers } = await ask('/mail/v1/messages/1/attachments/1')
    expect([status, body]).toEqual([200, '<script>'])
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="__ 'a'.html"; filename*=UTF-8''%EC%95%88%EB%85%95%20%27a%27.html`,
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
    })
    const [first] = dialogues.of('<1@a.test>')[0]!.lines
    expect(first?.text).toBe('GET /mail/v1/messages/1/attachments/1 HTTP/1.1')
  })

  it('is fetched by our own reader with its name', async () => {
    const { store, origin } = await run()
    await store.deliver(delivery(1, { message: WITH_FILES }))
    const reader = new MailReader({ origin, account: 'bob', password: PASSWORD, agent: 'test' })
    expect(await reader.attachment('INBOX', 1, 1)).toEqual({
      name: "안녕 'a'.html",
      bytes: Buffer.from('<script>'),
    })
    await expect(reader.attachment('INBOX', 1, 2)).rejects.toMatchObject({ code: 'not-found' })
  })

  it.each(['0', '2', '01', '1000', 'x', '1/', ''])('is not at number %j', async (n) => {
    const { store, ask } = await run()
    await store.deliver(delivery(1, { message: WITH_FILES }))
    expect((await ask(`/mail/v1/messages/1/attachments/${n}`)).status).toBe(404)
  })

  it('is for whoever logs in alone', async () => {
    const { store, ask } = await run()
    await store.deliver(delivery(1, { message: WITH_FILES }))
    const path = '/mail/v1/messages/1/attachments/1'
    expect((await ask(path, { password: 'wrong' })).status).toBe(401)
    expect((await ask(path, { user: 'carol' })).status).toBe(404)
  })
})

describe('who asks', () => {
  it('is asked for, and told nothing else', async () => {
    const { ask } = await run()
    for (const wrong of [
      { password: 'wrong' },
      { user: 'nobody' },
      { headers: { authorization: '' } },
      { headers: { authorization: 'Basic !!!' } },
      { headers: { authorization: 'Bearer x' } },
      { headers: { authorization: `Basic ${'A'.repeat(4_000)}` } },
    ]) {
      const answer = await ask('/mail/v1/messages', wrong)
      expect(answer.status).toBe(401)
      expect(answer.headers['www-authenticate']).toMatch(/^Basic/)
      expect(answer.json).toEqual({ error: 'who?' })
    }
  })

  it('may be the app itself, with the secret of this run, from this machine alone', async () => {
    const { store, ask, accounts, origin } = await run({ appPassword: 'of this run' })
    await store.deliver(delivery(1))
    expect((await ask('/mail/v1/messages', { password: 'of this run' })).status).toBe(200)
    expect((await ask('/mail/v1/messages', { user: 'nobody', password: 'of this run' })).status).toBe(401)
    expect(accounts.tries).toEqual([])
    const reader = new MailReader({ origin, account: 'bob', password: 'of this run', agent: 'test' })
    expect((await reader.list('INBOX', { limit: 1 })).messages).toHaveLength(1)
    expect(await reader.read('INBOX', 1)).toMatchObject({ subject: 'Number 1', text: 'Text 1.\r\n' })
    await expect(reader.read('INBOX', 2)).rejects.toMatchObject({ code: 'not-found' })
    const stranger = new MailReader({ origin, account: 'bob', password: 'wrong', agent: 'test' })
    await expect(stranger.list('INBOX')).rejects.toMatchObject({ code: 'bad-credentials' })
    const nobody = new MailReader({
      origin: 'http://127.0.0.1:1',
      account: 'bob',
      password: 'x',
      agent: 'test',
    })
    await expect(nobody.list('INBOX')).rejects.toMatchObject({ code: 'server-unreachable' })
  })

  it('must wait after too many failures', async () => {
    const answer = await (await run({ accounts: testAccounts(['bob'], 3_000) })).ask('/mail/v1/messages')
    expect([answer.status, answer.headers['retry-after']]).toEqual([429, '3'])
  })

  it('sends no password in plain from another machine', async () => {
    const { ask, accounts } = await run({ isLocal: () => false })
    expect((await ask('/mail/v1/messages')).status).toBe(403)
    expect(accounts.tries).toEqual([])
  })

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('can only read: %s', async (method) => {
    const answer = await (await run()).ask('/mail/v1/messages', { method })
    expect([answer.status, answer.headers['allow']]).toEqual([405, 'GET, HEAD'])
  })

  it('brings no body', async () => {
    const { ask } = await run()
    expect((await ask('/mail/v1/messages', { headers: { 'content-length': '3' }, body: 'abc' })).status).toBe(
      400,
    )
  })
})
