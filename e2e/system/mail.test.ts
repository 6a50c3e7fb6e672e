import { describe, expect } from 'vitest'
import { client, isInstalled } from './clients.ts'
import { addAccount, inbox, meet, serveMail, twoServers, until } from './mail-servers.ts'
import { it } from './room.ts'

const SEND = `
import smtplib, sys
from email.message import EmailMessage
host, port, user, password, sender, to, text = sys.argv[1:]
m = EmailMessage(); m['From'] = sender; m['To'] = to; m['Subject'] = text; m.set_content(text + '\\n.\\n..dots\\n')
s = smtplib.SMTP(host, int(port)); s.starttls(); s.login(user, password); s.send_message(m); s.quit()
`
const POP3 = `
import poplib, sys, email, email.policy
port, user, password = sys.argv[1:]
p = poplib.POP3('127.0.0.1', int(port)); p.stls(); p.user(user); p.pass_(password)
for i in range(1, p.stat()[0] + 1):
    m = email.message_from_bytes(b'\\r\\n'.join(p.retr(i)[1]) + b'\\r\\n', policy=email.policy.default)
    print(m['Subject'], '|', m.get_content().replace('\\r', '').replace('\\n', '/'))
p.quit()
`
const IMAP = `
import imaplib, sys, email, email.policy
port, user, password = sys.argv[1:]
i = imaplib.IMAP4('127.0.0.1', int(port)); i.starttls(); i.login(user, password); i.select()
for n in i.search(None, 'ALL')[1][0].split():
    m = email.message_from_bytes(i.fetch(n, '(BODY.PEEK[])')[1][0][1], policy=email.policy.default)
    print(m['Subject'], '|', m.get_content().replace('\\r', '').replace('\\n', '/'))
i.logout()
`

describe('mail between two installations', () => {
  it.skipIf(!isInstalled('python3'))(
    'goes from a program of Alice by her server to Bob’s, and is fetched by POP3, IMAP and HTTP',
    async ({ room }) => {
      const { alpha, beta, servers } = await twoServers(room)
      const [alice, bob] = [await addAccount(alpha, 'alice'), await addAccount(beta, 'bob')]
      expect([alice.address, bob.address]).toEqual(['alice@alpha.shoal.internal', 'bob@beta.shoal.internal'])
      const { smtp } = servers.alpha.ports
      await client(
        'python3',
        '-c',
        SEND,
        '127.0.0.1',
        String(smtp),
        'alice',
        alice.password,
        alice.address,
        bob.address,
        '안녕',
      )
      await until(
        () => inbox(beta, 'bob'),
        (list) => list.length === 1,
      )
      const { pop3, imap, http } = servers.beta.ports
      const expected = '안녕 | 안녕/./..dots/\n'
      expect(await client('python3', '-c', POP3, String(pop3), 'bob', bob.password)).toBe(expected)
      expect(await client('python3', '-c', IMAP, String(imap), bob.address, bob.password)).toBe(expected)
      if (!isInstalled('curl')) return
      const listed = await client(
        'curl',
        '-s',
        '-u',
        `bob:${bob.password}`,
        `http://127.0.0.1:${http}/mail/v1/messages`,
      )
      expect(JSON.parse(listed)).toMatchObject({ total: 1, messages: [{ uid: 1, subject: '안녕' }] })
    },
  )

  it('waits while Bob’s laptop sleeps, and arrives when it wakes', async ({ room }) => {
    const { alpha, beta, servers } = await twoServers(room)
    await Promise.all([addAccount(alpha, 'alice'), addAccount(beta, 'bob')])
    await servers.beta.process.kill()
    const to = 'bob@beta.shoal.internal'
    await alpha.ask('mail', 'send', '--from', 'alice', '--to', to, '--subject', 'Good night')
    const [waiting] = await until(
      () => alpha.ask('mail', 'queue'),
      ([first]) => reasonOf(first) !== '',
    )
    expect(reasonOf(waiting)).toMatch(/beta/)
    const again = await serveMail(beta)
    await meet(room, alpha, beta)
    const [arrived] = await until(
      () => inbox(beta, 'bob'),
      (list) => list.length > 0,
    )
    expect(arrived).toMatchObject({ from: 'alice@alpha.shoal.internal', subject: 'Good night' })
    expect(
      await until(
        () => alpha.ask('mail', 'queue'),
        (list) => list.length === 0,
      ),
    ).toEqual([])
    expect(await again.process.interrupt()).toBe(130)
  })

  it('to somebody Bob’s server does not know comes back, saying so', async ({ room }) => {
    const { alpha } = await twoServers(room)
    await addAccount(alpha, 'alice')
    await alpha.ask(
      'mail',
      'send',
      '--from',
      'alice',
      '--to',
      'nobody@beta.shoal.internal',
      '--subject',
      'Anybody?',
    )
    const [bounce] = await until(
      () => inbox(alpha, 'alice'),
      (list) => list.length > 0,
    )
    expect(bounce).toMatchObject({ subject: 'Undelivered Mail Returned to Sender' })
    const [shown] = await alpha.ask('mail', 'read', 'alice', String(bounce!.uid))
    expect(shown!['source']).toContain(
      'beta.shoal.internal said: 550 5.1.1 No such mailbox: nobody@beta.shoal.internal',
    )
  })
})

function reasonOf(line: Record<string, unknown> | undefined): string {
  return (line?.['recipients'] as { reason: string }[] | undefined)?.[0]?.reason ?? ''
}
