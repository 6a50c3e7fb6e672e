import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PASSWORD, TestClient } from '../access/test-access.ts'
import { delivery } from '../mailbox/test-mailboxes.ts'
import { ImapClient, runImap } from './test-imap.ts'

describe('literals', () => {
  it.each([
    ['asked for', 'a APPEND INBOX {4294967295}\r\n', /^a NO \[TOOBIG\]/],
    ['of twenty digits', 'a APPEND INBOX {99999999999999999999}\r\n', /^a NO \[TOOBIG\]/],
    [
      'unasked and longer than LITERAL- allows',
      `a APPEND INBOX {5000+}\r\n${'x'.repeat(5_000)}\r\n`,
      /^a NO \[TOOBIG\]/,
    ],
  ])('too long, %s, are refused and the session goes on', async (_, text, answer) => {
    const { port } = await runImap()
    const client = await ImapClient.open(port)
    client.raw.send(text)
    expect(await client.raw.line()).toMatch(answer)
    expect(await client.ask('NOOP')).toMatch(/^t OK/)
  })

  it('too long to read over end the session', async () => {
    const { port } = await runImap()
    const client = await ImapClient.open(port)
    client.raw.send('a APPEND INBOX {4294967295+}\r\n')
    expect(await client.raw.rest()).toMatch(/^\* BYE/)
  })

  it('are only so many, and lines only so long', async () => {
    const { port } = await runImap()
    const many = await ImapClient.open(port)
    many.raw.send(`a SEARCH ${'TEXT {1+}\r\nx '.repeat(100)}\r\n`)
    expect(await many.raw.line()).toMatch(/^a NO \[TOOBIG\]/)
    const long = await ImapClient.open(port)
    long.raw.send('a'.repeat(70_000))
    expect(await long.raw.rest()).toMatch(/^\* BYE the command is too long/)
  })

  it('cut off by a client that goes away leave nothing', async () => {
    const { port, server, mailbox } = await runImap()
    const client = await ImapClient.open(port)
    client.raw.send('a APPEND INBOX {1000}\r\n')
    await client.raw.line()
    client.raw.send('half')
    client.raw.destroy()
    await expect.poll(() => server.connections).toBe(0)
    expect(mailbox.inbox.entries.size).toBe(0)
  })

  it('mean the same at whatever bytes the network cuts them', async () => {
    const { port } = await runImap()
    const text = `a LOGIN {3+}\r\nbob "${PASSWORD}"\r\nb APPEND INBOX {7+}\r\nA: b\r\n\n\r\nc LOGOUT\r\n`
    const answers = new Set<string>()
    for (let at = 1; at < text.length; at += 2) {
      const client = await TestClient.connect(port)
      await client.line()
      client.send(text.slice(0, at))
      await new Promise((resolve) => setImmediate(resolve))
      client.send(text.slice(at))
      answers.add((await client.rest()).replace(/APPENDUID \d+ \d+/, 'APPENDUID v n'))
    }
    expect([...answers]).toEqual([
      expect.stringMatching(/^a OK .*\r\nb OK \[APPENDUID v n\] kept\r\n\* BYE .*\r\nc OK logged out\r\n$/),
    ])
  })
})

describe('whatever a client sends', () => {
  it('is answered in order when it comes at once, also after it stopped writing', async () => {
    const { port, store } = await runImap()
    await store.deliver(delivery(1))
    const client = await TestClient.connect(port)
    client.send(`a LOGIN bob "${PASSWORD}"\r\nb SELECT INBOX\r\nc FETCH 1 UID\r\nd LOGOUT\r\n`)
    client.endWriting()
    const tags = (await client.rest())
      .split('\r\n')
      .filter((line) => /^[abcd] /.test(line))
      .map((line) => line.slice(0, 4))
    expect(tags).toEqual(['a OK', 'b OK', 'c OK', 'd OK'])
  })

  it.each(['', ' ', 'a', 'a ', '* NOOP', '+ NOOP', 'a NOOP\x00', 'a NO\rOP', 'a\tNOOP', '\xff\xfe'])(
    '%j is refused, and the session goes on',
    async (line) => {
      const { port } = await runImap()
      const client = await ImapClient.open(port)
      client.raw.send(`${line}\r\n`)
      expect(await client.raw.line()).toMatch(/^(\*|a) BAD/)
      expect(await client.ask('NOOP')).toMatch(/^t OK/)
    },
  )

  it('ends the session after ten commands nobody understands', async () => {
    const { port } = await runImap()
    const client = await ImapClient.open(port)
    client.raw.send('x FOO\r\n'.repeat(30))
    const rest = await client.raw.rest()
    expect(rest.match(/x BAD/g)).toHaveLength(10)
    expect(rest).toMatch(/\* BYE too many bad commands\r\n$/)
  })

  it('is random: the process lives, and others are served', async () => {
    const { port } = await runImap()
    const other = await ImapClient.open(port, 'INBOX')
    const word = fc.constantFrom(
      'a ',
      'FETCH ',
      'SELECT INBOX',
      'UID ',
      'APPEND INBOX ',
      '{3+}\r\nabc',
      '{10}',
      '{0}',
      '\r\n',
      '\r\na ',
      '\0',
      '(',
      ')',
      '"',
      'BODY[',
      '1:*',
      ' ',
      'STORE 1 +FLAGS (\\Seen)',
      'SEARCH ALL',
      'IDLE\r\n',
      'DONE\r\n',
      'STARTTLS',
      `LOGIN bob "${PASSWORD}"\r\n`,
      'AUTHENTICATE PLAIN\r\n',
      'CREATE x',
      'DELETE x',
      '\xff',
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(word, fc.string({ maxLength: 10 })), { maxLength: 40 }),
        fc.boolean(),
        async (words, isKnown) => {
          const client = await TestClient.connect(port)
          client.send(
            `${isKnown ? `l LOGIN bob "${PASSWORD}"\r\ns SELECT INBOX\r\n` : ''}${words.join('')}\r\n`,
          )
          client.endWriting()
          await client.rest()
        },
      ),
      { numRuns: 150 },
    )
    expect(await other.ask('NOOP')).toMatch(/t OK/)
  })
})
