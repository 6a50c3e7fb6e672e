import { describe, expect, it } from 'vitest'
import { inboxOf } from '../../test-house.ts'
import { MAX_BAD_LOGINS } from '../limits.ts'
import { codes, greeted, hello, open, plain } from './test-smtp.ts'

describe('login', () => {
  it('is offered on loopback and over TLS, and works with PLAIN and LOGIN', async () => {
    const { test } = await open()
    const password = test.passwords.get('alice')!
    const b64 = (text: string): string => Buffer.from(text).toString('base64')
    const dialogues = [
      [plain('alice@a.test', password)],
      ['AUTH PLAIN', b64(`alice\0alice\0${password}`)],
      ['AUTH LOGIN', b64('alice'), b64(password)],
      [`AUTH LOGIN ${b64('alice')}`, b64(password)],
      ['auth plain', b64(`\0ALICE\0${password}`)],
    ]
    for (const lines of dialogues) {
      const client = await greeted(test)
      expect(await client.say('EHLO x')).toContain('250-AUTH PLAIN LOGIN')
      expect((await codes(client, ...lines)).at(-1)).toBe('235')
      expect(await codes(client, plain('alice', password))).toEqual(['503'])
    }
  })

  it.each([
    ['*', '501'],
    ['not base64', '501'],
    ['====', '501'],
    ['AAA', '501'],
    [Buffer.from('no nul').toString('base64'), '501'],
    [Buffer.from('bob\0alice\0x').toString('base64'), '501'],
    [Buffer.from('\0alice\0').toString('base64'), '501'],
    [Buffer.from('\0\0x').toString('base64'), '501'],
    [Buffer.from([0, 0xff, 0xfe, 0, 0x61]).toString('base64'), '501'],
    ['A'.repeat(12_000), '501'],
    ['A'.repeat(13_000), '500'],
    [Buffer.from('\0alice\0wrong').toString('base64'), '535'],
  ])('answers %.30s clearly, and goes on', async (line, code) => {
    const { test } = await open()
    const client = await hello(test)
    expect(await codes(client, 'AUTH PLAIN', line)).toEqual(['334', code])
    expect((await codes(client, 'RSET')).at(-1)).toMatch(code === '500' ? /501|250/ : /250/)
  })

  it('knows its place, and unknown mechanisms', async () => {
    const { test } = await open()
    const client = await greeted(test)
    const login = plain('alice', test.passwords.get('alice')!)
    expect(
      await codes(client, login, 'HELO x', login, 'EHLO x', 'AUTH CRAM-MD5', 'AUTH', 'MAIL FROM:<>', login),
    ).toEqual(['503', '250', '503', '250', '504', '501', '250', '503'])
  })

  it('ends the session after some failures', async () => {
    const { test } = await open()
    const client = await hello(test)
    for (let i = 1; i < MAX_BAD_LOGINS; i++)
      expect(await codes(client, plain('alice', `x${i}`))).toEqual(['535'])
    expect(await codes(client, plain('alice', 'x'))).toEqual(['421'])
    await client.closed()
  })
})

describe('TLS', () => {
  it('begins with STARTTLS, forgets what was before, and is written into the trace', async () => {
    const { test, connect } = await open({ withTls: true })
    const client = await connect()
    expect(await client.say('EHLO before.test')).toContain('250-STARTTLS')
    expect(await codes(client, plain('alice', test.passwords.get('alice')!), 'STARTTLS')).toEqual([
      '235',
      '220',
    ])
    await client.startTls()
    expect(await codes(client, 'MAIL FROM:<>')).toEqual(['503'])
    const offered = await client.say('EHLO after.test')
    expect(offered).not.toContain('STARTTLS')
    expect(await codes(client, 'STARTTLS', 'MAIL FROM:<alice@a.test>', 'RCPT TO:<x@b.test>')).toEqual([
      '503',
      '250',
      '550',
    ])
    expect(await codes(client, 'RCPT TO:<alice@a.test>', 'DATA', 'x\r\n.', 'QUIT')).toEqual([
      '250',
      '354',
      '250',
      '221',
    ])
    expect(inboxOf(test, 'alice')[0]).toContain(
      'Received: from after.test ([127.0.0.1])\r\n\tby a.test with ESMTPS id',
    )
  })

  it('obeys nothing that was said before it', async () => {
    const { test } = await open({ withTls: true })
    const client = await hello(test)
    client.write('STARTTLS\r\nMAIL FROM:<evil@x.test>\r\nRCPT TO:<alice@a.test>\r\n')
    expect(await client.reply()).toMatch(/^220/)
    await expect(client.startTls()).rejects.toThrow(Error)
    await client.closed()
    expect(await codes(await hello(test), 'NOOP')).toEqual(['250'])
  })

  it('is not offered without a certificate', async () => {
    const { connect } = await open()
    const client = await connect()
    expect(await client.say('EHLO x')).not.toContain('STARTTLS')
    expect(await codes(client, 'STARTTLS')).toEqual(['502'])
  })

  it('that never comes about ends that session alone', async () => {
    const { test } = await open({ withTls: true })
    const client = await hello(test)
    await client.say('STARTTLS')
    client.write('this is no TLS\r\n'.repeat(20))
    await client.closed()
    expect(await codes(await hello(test), 'NOOP')).toEqual(['250'])
  })
})
