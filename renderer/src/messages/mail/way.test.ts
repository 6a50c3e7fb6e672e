import { describe, expect, it } from 'vitest'
import type { MailDialogue } from '../../../../src/contract/index.ts'
import { smtpWords, wayOf, type WayWords } from './way.ts'

const WORDS: WayWords = {
  push: 'push',
  pull: 'pull',
  cutHere: 'cut',
  endOfSmtp: 'end of SMTP',
  inQueue: 'in the queue',
  thisServer: 'this server',
  theirServer: 'their server',
  otherServer: 'other server',
  userAgent: 'reader',
  thisLaptop: 'here',
  time: (at) => `${at} ms`,
}

function dialogue(startedAt: number, change: Partial<MailDialogue>, ...texts: string[]): MailDialogue {
  const lines = texts.map((text, i) => {
    const [who, ...rest] = text.split(' ')
    return {
      at: startedAt + i,
      from: who === 'C' ? ('client' as const) : ('server' as const),
      text: rest.join(' '),
    }
  })
  return {
    protocol: 'smtp',
    self: 'server',
    other: 'x.test',
    startedAt,
    isCut: false,
    messageIds: [],
    ...change,
    lines,
  }
}

const RELAYED = dialogue(0, {}, 'S 220 hello', 'C EHLO x.test', 'C MAIL FROM:<a@x.test>', 'S 550 no')
const HTTP = dialogue(20, { protocol: 'http' }, 'C GET /1 HTTP/1.1', 'S HTTP/1.1 404 no')
const POP = dialogue(10, { protocol: 'pop3' }, 'S +OK', 'C RETR 1', 'S -ERR no')

function arrows(dialogues: readonly MailDialogue[]): string[] {
  const { messages } = wayOf(dialogues, WORDS)
  return messages.map(({ from, to, text, tone }) => `${from} > ${to}: ${text} (${tone})`)
}

describe('the way of a message', () => {
  it('is pushed to the mailbox, where SMTP ends, and pulled from there', () => {
    expect(arrows([HTTP, RELAYED])).toEqual([
      'self > client x.test: push · 220 hello (response)',
      'client x.test > self: push · EHLO x.test (request)',
      'client x.test > self: push · MAIL FROM:<a@x.test> (request)',
      'self > client x.test: push · 550 no (problem)',
      'self > self: end of SMTP (note)',
      'reader > self: pull · GET /1 HTTP/1.1 (request)',
      'self > reader: pull · HTTP/1.1 404 no (problem)',
    ])
  })

  it('shows whoever pulls as one reader, with what it speaks', () => {
    const { actors } = wayOf([RELAYED, HTTP, POP], WORDS)
    expect(actors.map(({ id, name, detail }) => [id, name, detail])).toEqual([
      ['client x.test', 'other server', 'x.test'],
      ['self', 'this server', 'here'],
      ['reader', 'reader', 'POP3, HTTP'],
    ])
  })

  it('waits in the queue between the server it was given to and the next', () => {
    const given = dialogue(0, { other: 'program' }, 'C AUTH PLAIN (credentials)', 'S 235 ok')
    const passed = dialogue(5, { self: 'client', other: 'y.test' }, 'S 220 hello')
    const { actors, messages } = wayOf([passed, given], WORDS)
    expect(actors.map(({ name }) => name)).toEqual(['reader', 'this server', 'their server'])
    expect(messages.map(({ text }) => text)).toContain('in the queue')
    expect(messages.map(({ text }) => text)).not.toContain('end of SMTP')
    expect(messages.at(-1)).toMatchObject({ from: 'server y.test', to: 'self' })
  })

  it('says where lines are missing, and shows no endless session', () => {
    const long = dialogue(0, {}, ...Array.from({ length: 300 }, () => 'C RCPT TO:<a@b>'))
    expect(arrows([long]).length).toBeLessThan(70)
    expect(arrows([long])).toContain('self > self: cut (note)')
  })

  it('knows the words of SMTP that were said', () => {
    const all = smtpWords([dialogue(0, {}, 'C EHLO x', 'S MAIL', 'C mail FROM:<>', 'C DATA'), HTTP])
    expect([...all]).toEqual(['HELO', 'MAIL', 'DATA'])
  })
})
