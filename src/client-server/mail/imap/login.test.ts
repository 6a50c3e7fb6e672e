import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../base/index.ts'
import { LOGIN_TIMEOUT_MS } from '../access/limits.ts'
import { PASSWORD, TestClient, testAccounts } from '../access/test-access.ts'
import { testCertificate } from '../access/test-certificate.ts'
import { ImapClient, runImap } from './test-imap.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

describe('logging in', () => {
  it('works with LOGIN, quoted, as an atom, or in literals', async () => {
    const { port } = await runImap()
    expect(await (await ImapClient.connect(port)).ask(`login "bob" "${PASSWORD}"`)).toMatch(
      /^t OK \[CAPABILITY/,
    )
    const client = await TestClient.connect(port)
    await client.line()
    client.send(`a LOGIN {3+}\r\nbob {${PASSWORD.length}}\r\n`)
    expect(await client.line()).toMatch(/^\+ /)
    client.send(`${PASSWORD}\r\n`)
    expect(await client.line()).toMatch(/^a OK/)
  })

  it.each([
    ['PLAIN at once', [`AUTHENTICATE PLAIN ${base64(`\0bob\0${PASSWORD}`)}`]],
    ['PLAIN after a challenge', ['AUTHENTICATE PLAIN', base64(`\0bob\0${PASSWORD}`)]],
    ['LOGIN', ['authenticate login', base64('bob@b.test'), base64(PASSWORD)]],
    ['LOGIN with the name at once', [`AUTHENTICATE LOGIN ${base64('bob')}`, base64(PASSWORD)]],
  ])('works with AUTHENTICATE %s', async (_, lines) => {
    const { port } = await runImap()
    const client = await TestClient.connect(port)
    await client.line()
    client.send('a ')
    for (const [i, line] of lines.entries()) {
      if (i > 0) expect(await client.line()).toMatch(/^\+ /)
      client.send(`${line}\r\n`)
    }
    expect(await client.line()).toMatch(/^a OK/)
  })

  it.each([
    ['*', 'BAD'],
    ['!!!', 'BAD'],
    ['=', 'BAD'],
    [base64('\0bob\0wrong'), 'NO'],
    ['A'.repeat(8_000), 'BAD'],
  ])('is refused for the credentials %.20j', async (response, status) => {
    const { port } = await runImap()
    const client = await TestClient.connect(port)
    await client.line()
    client.send('a AUTHENTICATE PLAIN\r\n')
    await client.line()
    client.send(`${response}\r\n`)
    expect(await client.line()).toMatch(new RegExp(`^a ${status}`))
  })

  it('answers the same for a wrong password and for nobody, and ends after three', async () => {
    const { port } = await runImap()
    const client = await ImapClient.connect(port)
    const first = await client.ask('LOGIN bob wrong')
    expect(await client.ask('LOGIN nobody wrong')).toBe(first)
    client.send('LOGIN bob wrong')
    expect(await client.raw.rest()).toMatch(/^\* BYE/)
  })

  it('says how long to wait when there were too many failures', async () => {
    const { port } = await runImap({ accounts: testAccounts(['bob'], 1_500) })
    expect(await (await ImapClient.connect(port)).ask(`LOGIN bob "${PASSWORD}"`)).toBe(
      't NO [UNAVAILABLE] too many failures: wait 2 s',
    )
  })

  it('takes no password in plain from another machine', async () => {
    const accounts = testAccounts()
    const { port } = await runImap({ accounts, isLocal: () => false, tls: await testCertificate() })
    const client = await ImapClient.connect(port)
    expect(await client.ask('CAPABILITY')).toMatch(/STARTTLS LOGINDISABLED\r\n/)
    expect(await client.ask(`LOGIN bob "${PASSWORD}"`)).toMatch(/^t NO \[PRIVACYREQUIRED\]/)
    expect(await client.ask(`AUTHENTICATE PLAIN ${base64(`\0bob\0${PASSWORD}`)}`)).toMatch(
      /^t NO \[PRIVACYREQUIRED\]/,
    )
    expect(accounts.tries).toEqual([])
  })

  it('takes it after STARTTLS, and obeys nothing that was put in before', async () => {
    const { port } = await runImap({ isLocal: () => false, tls: await testCertificate() })
    const client = await ImapClient.connect(port)
    expect(await client.ask('STARTTLS\r\nx LOGOUT')).toMatch(/^t OK/)
    await client.raw.startTls()
    expect(await client.ask('CAPABILITY')).not.toMatch(/STARTTLS|LOGINDISABLED|BYE/)
    expect(await client.ask('STARTTLS')).toMatch(/^t BAD/)
    expect(await client.ask(`LOGIN bob "${PASSWORD}"`)).toMatch(/^t OK/)
  })

  it('must happen within a minute, and literals before it are small', async () => {
    const clock = new VirtualClock()
    const { port } = await runImap({ clock })
    const client = await ImapClient.connect(port)
    expect(await client.ask('LOGIN {100000}')).toMatch(/^t NO \[TOOBIG\]/)
    clock.advance(LOGIN_TIMEOUT_MS)
    expect(await client.raw.rest()).toBe('')
  })

  it('comes first', async () => {
    const { port } = await runImap()
    const client = await ImapClient.connect(port)
    for (const command of ['SELECT INBOX', 'FETCH 1 UID', 'LIST "" *', 'IDLE', 'CLOSE', 'STARTTLS'])
      expect(await client.ask(command)).toMatch(/^t BAD/)
    expect(await client.ask('NOOP')).toMatch(/^t OK/)
    expect(await client.ask('ID NIL')).toBe('* ID ("name" "Shoal" "version" "1.2.3")\r\nt OK that is us')
    expect(await client.ask('LOGOUT')).toMatch(/^\* BYE .*\r\nt OK/)
  })
})
