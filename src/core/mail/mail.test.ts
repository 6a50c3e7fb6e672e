import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { silentLogger, systemClock, systemRandom } from '../../base/index.ts'
import { QUEUE_PROFILES } from '../../client-server/mail/queue/index.ts'
import { TestNames } from '../../client-server/mail/test-house.ts'
import { Mail } from './mail.ts'
import { mailRole } from './mail-role.ts'

async function open(name: string, names = new TestNames()) {
  const home = mkdtempSync(join(tmpdir(), 'shoal-core-mail-'))
  const make = () =>
    new Mail({
      home,
      hostName: () => `${name}.test`,
      personName: () => name.toUpperCase(),
      resolver: names,
      downloadDir: () => join(home, 'down'),
      clock: systemClock,
      random: systemRandom,
      log: silentLogger,
    })
  const mail = make()
  onTestFinished(async () => {
    await mail.stop()
    rmSync(home, { recursive: true, force: true })
  })
  return { mail, home, names, make }
}

/** The role as the servers start it, on loopback. */
async function serve(mail: Mail, host: string, names: TestNames) {
  const role = mailRole({ mail, version: '1', clock: systemClock, log: silentLogger })
  const running = await role.start({
    hosts: ['127.0.0.1'],
    listen: (_name, open) => open(0),
    origins: () => [],
  })
  onTestFinished(() => running.stop())
  names.ports.set(host, running.ports.smtp!)
  return running
}

describe('mail on a laptop', () => {
  it('leaves no files where it is not used', async () => {
    const { mail, home } = await open('a')
    await mail.start()
    expect(existsSync(join(home, 'mail'))).toBe(false)
    await mail.addAccount('alice')
    expect(existsSync(join(home, 'mail', 'post.db'))).toBe(true)
  })

  it('shows its addresses as people read them, and takes mail to both forms', async () => {
    const names = new TestNames()
    const { mail } = await open('xn--9d0b527e', names)
    await serve(mail, 'xn--9d0b527e.test', names)
    await mail.addAccount('alice')
    expect(await mail.view()).toMatchObject({
      host: 'xn--9d0b527e.test',
      shownHost: '학교.test',
      accounts: [{ address: 'alice@xn--9d0b527e.test', shownAddress: 'alice@학교.test' }],
    })
    for (const to of ['alice@학교.test', 'alice@xn--9d0b527e.test'])
      await mail.send({ from: 'alice', to: [to], subject: '안녕', text: 'Hello\n' })
    await expect.poll(async () => (await mail.view()).accounts).toMatchObject([{ messages: 2 }])
  })

  it('goes from one to the other, with a copy in Sent, and is told to whoever watches', async () => {
    const names = new TestNames()
    const [a, b] = [await open('a', names), await open('b', names)]
    const ports = (await serve(b.mail, 'b.test', names)).ports
    expect(Object.keys(ports).toSorted()).toEqual(['imap', 'pop3', 'smtp'])
    await Promise.all([a.mail.addAccount('alice'), b.mail.addAccount('bob')])
    const arrived = new Promise<void>((resolve) => void b.mail.events.on('changed', resolve))
    const letter = { from: 'alice', to: ['bob@b.test'], subject: '안녕', text: 'Hello\n' }
    const { queueId, messageId } = await a.mail.send(letter)
    await arrived
    await expect
      .poll(async () => (await b.mail.view()).accounts)
      .toMatchObject([{ name: 'bob', messages: 1, unseen: 1 }])
    const { messages } = await b.mail.list({ account: 'bob@b.test', folder: 'INBOX' })
    expect(messages).toMatchObject([
      { subject: '안녕', from: [{ name: 'A', address: 'alice@a.test' }], messageId },
    ])
    const wish = { account: 'bob', folder: 'INBOX', uid: messages[0]!.uid }
    expect(await b.mail.read({ ...wish, markSeen: true })).toMatchObject({
      text: 'Hello\r\n',
      isSourceCut: false,
    })
    expect((await b.mail.accounts())[0]).toMatchObject({ unseen: 0 })
    expect((await a.mail.list({ account: 'alice', folder: 'Sent' })).messages).toMatchObject([{ messageId }])
    await expect
      .poll(async () => (await a.mail.view()).queue)
      .toMatchObject([
        { id: queueId, recipients: [{ address: 'bob@b.test', state: 'delivered', server: 'mail.b.test' }] },
      ])
    expect(await a.mail.dialogues(messageId)).toMatchObject([
      { protocol: 'smtp', self: 'client', other: 'mail.b.test' },
    ])
    expect(await b.mail.dialogues(messageId)).toMatchObject([{ protocol: 'smtp', self: 'server' }])
  })

  it('tells who and what does not exist', async () => {
    const { mail } = await open('a')
    await mail.addAccount('alice')
    const letter = { from: 'bob', to: ['x@b.test'], subject: '', text: '' }
    await expect(mail.send(letter)).rejects.toMatchObject({ code: 'mailbox-missing' })
    await expect(mail.send({ ...letter, from: 'alice', to: ['x'] })).rejects.toMatchObject({
      code: 'bad-mail-address',
    })
    await expect(mail.list({ account: 'bob', folder: 'INBOX' })).rejects.toMatchObject({
      code: 'mailbox-missing',
    })
    await expect(mail.list({ account: 'alice', folder: 'No' })).rejects.toMatchObject({ code: 'not-found' })
    const wish = { account: 'alice', folder: 'INBOX', uid: 9, markSeen: true }
    await expect(mail.read(wish)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('hands out files of a message under lawful names, and saves them beside what is there', async () => {
    const { mail, home } = await open('a')
    await mail.addAccount('alice')
    const house = await mail.house()
    const text = (html: string): string =>
      [
        'Subject: a/b: 안녕',
        'Content-Type: multipart/mixed; boundary=x',
        '',
        '--x',
        '',
        'Hello',
        '--x',
        'Content-Type: text/html; name="C:\\\\x\\\\con.html"',
        'Content-Disposition: attachment',
        '',
        html,
        '--x--',
        '',
      ].join('\r\n')
    const source = Buffer.from(text('<p>'))
    await house.mailboxes.keepSent('alice', source)
    const wish = { account: 'alice', folder: 'Sent', uid: 1 }
    expect(await mail.file({ ...wish, what: 1 })).toEqual({
      name: '_con.html',
      bytes: Buffer.from('<p>'),
    })
    const whole = await mail.file({ ...wish, what: 'source' })
    expect([whole.name, Buffer.from(whole.bytes).toString()]).toEqual(['a_b_ 안녕.eml', source.toString()])
    for (const bad of [{ what: 2 }, { uid: 2 }, { folder: 'No' }])
      await expect(mail.file({ ...wish, what: 1, ...bad })).rejects.toMatchObject({ code: 'not-found' })
    const saved = [await mail.save({ ...wish, what: 1 }), await mail.save({ ...wish, what: 1 })]
    expect(saved).toEqual([join(home, 'down', '_con.html'), join(home, 'down', '_con (2).html')])
    expect(saved.map((path) => readFileSync(path, 'utf8'))).toEqual(['<p>', '<p>'])
  })

  it('is as patient after a restart as it was left, and normally when that cannot be read', async () => {
    const { mail, home, make } = await open('a')
    expect((await mail.view()).profile).toBe('normal')
    await mail.setProfile('lab')
    await mail.stop()
    const reopened = async (): Promise<string> => {
      const again = make()
      onTestFinished(() => again.stop())
      return (await again.view()).profile
    }
    expect(await reopened()).toBe('lab')
    for (const damage of ['{"version":1,"profile":"hasty"}', '{', '']) {
      writeFileSync(join(home, 'mail', 'queue.json'), damage)
      expect(await reopened()).toBe('normal')
    }
  })

  it('tries again within seconds in the laboratory', async () => {
    const names = new TestNames()
    const { mail } = await open('a', names)
    names.ports.set('nowhere.test', 1)
    await mail.addAccount('alice')
    await mail.setProfile('lab')
    await mail.send({ from: 'alice', to: ['x@nowhere.test'], subject: 'x', text: 'x' })
    const recipient = async () => (await mail.view()).queue[0]?.recipients[0]
    await expect.poll(async () => (await recipient())?.attempts).toBeGreaterThan(0)
    expect((await recipient())!.nextAt - Date.now()).toBeLessThan(QUEUE_PROFILES.lab.longestRetryMs * 1.2)
    await mail.setProfile('normal')
    await expect
      .poll(async () => (await recipient())!.nextAt - Date.now())
      .toBeGreaterThan(QUEUE_PROFILES.normal.firstRetryMs * 0.8)
  })

  it('goes on after a restart without being asked', async () => {
    const names = new TestNames()
    const [a, b] = [await open('a', names), await open('b', names)]
    await Promise.all([a.mail.addAccount('alice'), b.mail.addAccount('bob')])
    names.ports.set('b.test', 1)
    await a.mail.send({ from: 'alice', to: ['bob@b.test'], subject: 'x', text: 'x' })
    await a.mail.stop()
    await expect(a.mail.view()).rejects.toMatchObject({ code: 'not-running' })
    await serve(b.mail, 'b.test', names)
    const again = a.make()
    onTestFinished(() => again.stop())
    await again.start()
    await (await again.house()).queue.domainIsBack('b.test')
    await expect.poll(async () => (await b.mail.accounts())[0]?.messages).toBe(1)
  })
})
