import { describe, expect, it } from 'vitest'
import { ShoalError } from '../../base/index.ts'
import type { MailView } from '../../contract/index.ts'
import type { Client } from '../command.ts'
import { fakeContext } from '../fake-core.ts'
import { run } from '../run.ts'

const LISTED = {
  uid: 7,
  messageId: '<7@a>',
  from: [{ address: 'bob@b.test' }],
  to: [],
  subject: 'Hi',
  receivedAt: 0,
  size: 2048,
  flags: [],
}
const WAITING = {
  id: 3,
  messageId: '<3@a>',
  from: 'alice@a.test',
  subject: 'Hi',
  size: 100,
  queuedAt: 0,
  finishedAt: null,
  recipients: [
    {
      address: 'bob@b.test',
      state: 'waiting',
      isActive: false,
      attempts: 2,
      nextAt: 0,
      reason: 'nobody answers',
      server: '',
    },
  ],
} as const

/** Runs `shoal mail …` against a core that answers like this. */
async function mail(
  words: readonly string[],
  options: { stdin?: string[]; answers?: Record<string, unknown>; owned?: boolean } = {},
) {
  const { context, written, events } = fakeContext({ states: [], stdin: options.stdin ?? [] })
  const calls: unknown[] = []
  const answers: Record<string, unknown> = {
    addAccount: { name: 'alice', address: 'alice@a.test', password: 'secret' },
    accounts: [
      {
        name: 'alice',
        address: 'alice@a.test',
        shownAddress: 'alice@a.test',
        createdAt: 0,
        messages: 2,
        unseen: 1,
      },
    ],
    send: { queueId: 3, messageId: '<3@a>' },
    list: { folder: 'INBOX', uidValidity: 1, total: 1, unseen: 1, messages: [LISTED], before: null },
    read: {
      ...LISTED,
      cc: [],
      text: 'Hello',
      attachments: [],
      isCut: false,
      head: [],
      source: 'Subject: Hi\r\n\r\nHello\r\n',
      isSourceCut: false,
    },
    retry: undefined,
    drop: undefined,
    setProfile: undefined,
    ...options.answers,
  }
  const answer = (name: string) => async (input: unknown) => {
    calls.push([name, input])
    if (answers[name] instanceof ShoalError) throw answers[name]
    return answers[name]
  }
  const procedures = Object.fromEntries(Object.keys(answers).map((name) => [name, answer(name)]))
  const watch = async function* (): AsyncGenerator<MailView> {
    yield {
      host: 'a.test',
      shownHost: 'a.test',
      accounts: [],
      profile: 'normal',
      queue: [WAITING, { ...WAITING, id: 2, finishedAt: 1 }],
    }
  }
  const client = { mail: { ...procedures, watch: async () => watch() } } as unknown as Client
  const code = await run(['mail', ...words], {
    ...context,
    openCore: async () => ({ client, owned: options.owned ?? false, close: async () => {} }),
  })
  return { code, calls, written, events }
}

describe('shoal mail', () => {
  it('makes an account and tells its password, once', async () => {
    const { code, events, calls } = await mail(['--json', 'account', 'add', 'alice'])
    expect([code, events()]).toEqual([0, [{ event: 'account', address: 'alice@a.test', password: 'secret' }]])
    expect(calls).toEqual([['addAccount', { name: 'alice', password: undefined }]])
  })

  it('takes a password from standard input, its first line alone, and does not repeat it to people', async () => {
    const { calls, written } = await mail(['account', 'add', 'alice', '--password-stdin'], {
      stdin: ['sec', 'ret\nmore\n'],
    })
    expect(calls).toEqual([['addAccount', { name: 'alice', password: 'secret' }]])
    expect(written.out).toBe('alice@a.test\n')
    expect((await mail(['account', 'add', 'alice', '--password-stdin'], { stdin: ['\n'] })).code).toBe(2)
  })

  it('lists accounts without passwords', async () => {
    const { events } = await mail(['account', 'list', '--json'])
    expect(events()).toEqual([{ event: 'account', address: 'alice@a.test', messages: 2, unseen: 1 }])
    expect((await mail(['account', 'list', 'nobody'])).code).toBe(1)
  })

  it('sends what it is given on standard input, to several people', async () => {
    const words = [
      'send',
      '--from',
      'alice',
      '--to',
      'b@b.test, c@b.test',
      '--to',
      'd@b.test',
      '--subject',
      'Hi',
      '--body-file',
      '-',
    ]
    const { events, calls } = await mail([...words, '--json'], { stdin: ['Hel', 'lo\n'] })
    expect(calls).toEqual([
      ['send', { from: 'alice', to: ['b@b.test', 'c@b.test', 'd@b.test'], subject: 'Hi', text: 'Hello\n' }],
    ])
    expect(events()).toEqual([{ event: 'queued', id: 3, messageId: '<3@a>' }])
  })

  it('says so when nothing runs that would send it', async () => {
    const words = ['send', '--from', 'alice', '--to', 'b@b.test', '--subject', 'Hi']
    expect((await mail(words, { owned: true })).written.out).toContain('It waits in the queue')
    expect((await mail(words)).written.out).not.toContain('It waits in the queue')
  })

  it('lists and reads', async () => {
    expect((await mail(['list', 'alice', '--json'])).events()).toMatchObject([
      { event: 'message', uid: 7, from: 'bob@b.test', subject: 'Hi' },
    ])
    expect((await mail(['read', 'alice', '7'])).written.out).toBe('Subject: Hi\r\n\r\nHello\n')
    const { calls } = await mail(['read', 'alice', '7', '--folder', 'Sent'])
    expect(calls).toEqual([['read', { account: 'alice', folder: 'Sent', uid: 7, markSeen: true }]])
  })

  it('shows what waits, and why', async () => {
    const { events, written } = await mail(['queue', '--json'])
    expect(events()).toMatchObject([{ event: 'queued', id: 3, recipients: [{ reason: 'nobody answers' }] }])
    expect(written.out).not.toContain('"id":2')
    expect((await mail(['queue', 'list'])).written.out).toContain(
      'bob@b.test: waiting, next try 00:00:00, 2 tries: nobody answers',
    )
  })

  it('hurries and drops', async () => {
    expect((await mail(['queue', 'retry', '3'])).calls).toEqual([['retry', { id: 3 }]])
    expect((await mail(['queue', 'drop', '3'])).calls).toEqual([['drop', { id: 3 }]])
    const answers = { drop: new ShoalError('not-found', 'no message 3 waits in the queue') }
    expect((await mail(['queue', 'drop', '3'], { answers })).code).toBe(1)
  })

  it('sets and shows how patient the queue is', async () => {
    const set = await mail(['queue', 'profile', 'lab', '--json'])
    expect([set.code, set.events()]).toEqual([0, [{ event: 'profile', profile: 'lab' }]])
    expect(set.calls).toEqual([['setProfile', { profile: 'lab' }]])
    const shown = await mail(['queue', 'profile'])
    expect([shown.calls, shown.written.out]).toEqual([[], expect.stringMatching(/^normal: /)])
  })

  it.each([
    [[]],
    [['queue', 'profile', 'hasty']],
    [['post']],
    [['account']],
    [['account', 'add']],
    [['account', 'remove', 'x']],
    [['send']],
    [['send', '--from', 'a', '--to', 'b']],
    [['list']],
    [['list', 'a', 'b']],
    [['list', 'a', '--subject', 'x']],
    [['read', 'a']],
    [['read', 'a', '0']],
    [['read', 'a', 'x']],
    [['queue', 'retry']],
    [['queue', 'retry', '-1']],
    [['queue', 'forget', '1']],
    [['account', 'add', 'a', 'b', 'c']],
  ])('is bad usage as: %s', async (words) => {
    const { code, calls } = await mail(words)
    expect([code, calls]).toEqual([2, []])
  })

  it('refuses an address that is none as bad usage', async () => {
    const answers = { send: new ShoalError('bad-mail-address', 'not a mail address: "x"') }
    expect((await mail(['send', '--from', 'a', '--to', 'x', '--subject', 's'], { answers })).code).toBe(2)
  })
})
