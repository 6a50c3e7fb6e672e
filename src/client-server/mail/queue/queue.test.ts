import { describe, expect, it } from 'vitest'
import { inboxOf, openTestHouse, QUICK, TestNames, type TestHouse } from '../test-house.ts'
import { startFakeServer } from './fake-server.ts'
import type { QueueItem, QueuedMessage } from './types.ts'

const CRLF = '\r\n'

function letter(to: string | readonly string[], change: Partial<QueueItem> = {}, n = 1): QueueItem {
  const text = [
    'From: alice@a.test',
    `Subject: Number ${n}`,
    `Message-ID: <${n}@a.test>`,
    '',
    `Text ${n}`,
    '.',
    '',
  ]
  return {
    from: 'alice@a.test',
    recipients: [to].flat(),
    message: Buffer.from(text.join(CRLF)),
    messageId: `<${n}@a.test>`,
    is8Bit: false,
    isSmtpUtf8: false,
    ...change,
  }
}

async function pair(options: { profile?: typeof QUICK; withTls?: boolean } = {}) {
  const names = new TestNames()
  const a = await openTestHouse({ host: 'a.test', names, accounts: ['alice'], ...options })
  const b = await openTestHouse({ host: 'b.test', names, accounts: ['bob', 'carol'], ...options })
  return { names, a, b }
}

/** A house whose mail for c.test goes to a server that answers as it is told to. */
async function against(answers: Parameters<typeof startFakeServer>[0], profile = QUICK) {
  const names = new TestNames()
  const fake = await startFakeServer(answers)
  names.ports.set('c.test', fake.port)
  const a = await openTestHouse({ host: 'a.test', names, accounts: ['alice'], profile })
  return { names, fake, a }
}

const states = (message: QueuedMessage | undefined) => message?.recipients.map(({ state }) => state)
const finished = async (test: TestHouse, id: number): Promise<void> =>
  await expect
    .poll(() => test.house.queue.get(id)?.finishedAt, { timeout: 15_000, interval: 10 })
    .toBeTypeOf('number')

describe('a queued message', () => {
  it('is pushed to the server that MX and SRV name, and ends in the mailbox', async () => {
    const { a, b } = await pair({ withTls: true })
    const id = await a.house.queue.add(letter(['bob@b.test', 'carol@b.test']))
    await finished(a, id)
    expect(states(a.house.queue.get(id))).toEqual(['delivered', 'delivered'])
    expect(inboxOf(b, 'bob')[0]).toMatch(
      /^Return-Path: <alice@a\.test>\r\nReceived: from a\.test \(\[127\.0\.0\.1\]\)\r\n\tby b\.test with ESMTPS id .*;\r\n.*\r\nFrom: alice@a\.test\r\n[^]*\r\nText 1\r\n\.\r\n$/,
    )
    expect(inboxOf(b, 'carol')).toHaveLength(1)
    const steps = a.house.queue.get(id)!.steps
    expect(steps.map(({ what, recipient }) => `${what} ${recipient}`)).toEqual([
      'queued ',
      'route ',
      'delivered bob@b.test',
      'delivered carol@b.test',
    ])
    expect(steps[1]!.detail).toBe(`mail.b.test (127.0.0.1:${b.server.port})`)
    expect(a.house.queue.content(id)).toBeUndefined()
  })

  it('is recorded at both ends, TLS and all', async () => {
    const { a, b } = await pair({ withTls: true })
    await finished(a, await a.house.queue.add(letter('bob@b.test')))
    const [sent] = a.house.dialogues.of('<1@a.test>')
    const [received] = b.house.dialogues.of('<1@a.test>')
    expect(sent).toMatchObject({ self: 'client', other: 'mail.b.test' })
    expect(received).toMatchObject({ self: 'server', other: '127.0.0.1' })
    const verbs = (lines: readonly { from: string; text: string }[]) =>
      lines
        .filter(({ from, text }) => from === 'client' && !text.startsWith('('))
        .map(({ text }) => text.split(' ')[0])
    const said = ['EHLO', 'STARTTLS', 'EHLO', 'MAIL', 'RCPT', 'DATA', '.']
    expect(verbs(sent!.lines)).toEqual(said)
    expect(verbs(received!.lines)).toEqual(said)
  })

  it('waits while the server is down, and goes when it is back', async () => {
    const { names, a, b } = await pair()
    await b.stop()
    const id = await a.house.queue.add(letter('bob@b.test'))
    await expect.poll(() => a.house.queue.get(id)?.recipients[0]?.attempts).toBeGreaterThanOrEqual(2)
    const waiting = a.house.queue.get(id)!.recipients[0]!
    expect(waiting.state).toBe('waiting')
    expect(waiting.reason).toMatch(/mail\.b\.test \(127\.0\.0\.1:\d+\): cannot connect: .*ECONNREFUSED/)
    const again = await openTestHouse({ host: 'b.test', names, folder: b.folder })
    await finished(a, id)
    expect(inboxOf(again, 'bob')).toHaveLength(1)
  })

  it('outlives the program that took it', async () => {
    const { names, a, b } = await pair()
    await b.stop()
    await a.house.queue.add(letter('bob@b.test'))
    await a.stop()
    const b2 = await openTestHouse({ host: 'b.test', names, folder: b.folder })
    const a2 = await openTestHouse({ host: 'a.test', names, folder: a.folder })
    await expect.poll(() => inboxOf(b2, 'bob').length).toBe(1)
    await expect.poll(() => a2.house.queue.list()[0]?.finishedAt).toBeTypeOf('number')
  })

  it('for somebody here takes no detour', async () => {
    const { a } = await pair()
    await finished(a, await a.house.queue.add(letter('Alice@a.test', { from: 'x@b.test' })))
    expect(inboxOf(a, 'alice')[0]).toMatch(/^Return-Path: <x@b\.test>\r\nFrom: alice/)
  })

  it('goes out with its dots stuffed, in one envelope for all at that domain', async () => {
    const { fake, a } = await against({})
    await finished(a, await a.house.queue.add(letter(['x@c.test', 'y@c.test'], { is8Bit: true })))
    expect(fake.lines.filter((line) => !line.startsWith('EHLO'))).toEqual([
      'MAIL FROM:<alice@a.test> SIZE=76 BODY=8BITMIME',
      'RCPT TO:<x@c.test>',
      'RCPT TO:<y@c.test>',
      'DATA',
      'From: alice@a.test\r\nSubject: Number 1\r\nMessage-ID: <1@a.test>\r\n\r\nText 1\r\n..',
    ])
  })

  it('is given up by hand without a word, and hurried by hand', async () => {
    const slow = { ...QUICK, firstRetryMs: 600_000, longestRetryMs: 600_000 }
    const { names, a, fake } = await against({}, slow)
    names.ports.set('c.test', 1)
    const [first, second] = [
      await a.house.queue.add(letter('x@c.test')),
      await a.house.queue.add(letter('y@c.test', {}, 2)),
    ]
    await expect.poll(() => a.house.queue.get(second)?.recipients[0]?.reason).toContain('ECONNREFUSED')
    await a.house.queue.drop(first)
    expect(states(a.house.queue.get(first))).toEqual(['dropped'])
    names.ports.set('c.test', fake.port)
    await a.house.queue.retry(second)
    await finished(a, second)
    expect(states(a.house.queue.get(second))).toEqual(['delivered'])
    expect(inboxOf(a, 'alice')).toEqual([])
    await expect(a.house.queue.retry(second)).rejects.toMatchObject({ code: 'not-found' })
    await expect(a.house.queue.drop(99)).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('what a server answers', () => {
  it('holds for each recipient alone', async () => {
    let isGrey = true
    const { a, fake } = await against({
      RCPT: (line) => {
        if (line.includes('<no@')) return '550 5.1.1 never heard of'
        if (line.includes('<later@') && isGrey) return ((isGrey = false), '450 4.2.0 greylisted')
        return undefined
      },
    })
    const id = await a.house.queue.add(letter(['yes@c.test', 'no@c.test', 'later@c.test']))
    await finished(a, id)
    expect(states(a.house.queue.get(id))).toEqual(['delivered', 'failed', 'delivered'])
    expect(fake.lines.filter((line) => line.startsWith('RCPT'))).toHaveLength(4)
    await expect.poll(() => inboxOf(a, 'alice').length).toBe(1)
    const [bounce] = inboxOf(a, 'alice')
    expect(bounce).toMatch(/^Return-Path: <>\r\n/)
    expect(bounce).toContain('Final-Recipient: rfc822; no@c.test')
    expect(bounce).toContain(
      'Status: 5.1.1\r\nRemote-MTA: dns; mail.c.test\r\nDiagnostic-Code: smtp; 550 5.1.1 never heard of',
    )
    expect(bounce).toContain('Subject: Number 1')
    expect(bounce).not.toContain('yes@c.test')
  })

  it.each([
    ['MAIL', '553 5.1.8 not you'],
    ['DATA', '554 5.7.1 no'],
    ['.', '554 5.6.0 do not like it'],
  ])('for good, to %s, is told to the sender', async (word, answer) => {
    const { a } = await against({ [word]: answer })
    const id = await a.house.queue.add(letter('x@c.test'))
    await finished(a, id)
    expect(states(a.house.queue.get(id))).toEqual(['failed'])
    await expect.poll(() => inboxOf(a, 'alice')[0] ?? '').toContain(answer)
  })

  it.each([
    ['', '554 go away'],
    ['', '421 too busy'],
    ['', 'SSH-2.0-OpenSSH'],
    ['', ''],
    ['MAIL', '451 4.3.0 later'],
    ['RCPT', '421 4.3.2 closing'],
    ['DATA', ''],
    ['.', '452 4.3.1 full'],
    ['.', ''],
  ])('for now, to %j with %j, is tried again', async (word, answer) => {
    let isFirst = true
    const { a } = await against({
      [word]: () => {
        if (!isFirst) return undefined
        isFirst = false
        return answer
      },
    })
    const id = await a.house.queue.add(letter('x@c.test'))
    await finished(a, id)
    expect(a.house.queue.get(id)!.recipients).toMatchObject([{ state: 'delivered', attempts: 2 }])
    expect(a.house.queue.get(id)!.steps.map(({ what }) => what)).toContain('deferred')
    expect(inboxOf(a, 'alice')).toEqual([])
  })

  it('about its abilities is respected: an older one gets HELO and one command at a time', async () => {
    const { a, fake } = await against({ EHLO: '500 what' })
    await finished(a, await a.house.queue.add(letter('x@c.test')))
    expect(fake.lines.slice(0, 4)).toEqual([
      'EHLO a.test',
      'HELO a.test',
      'MAIL FROM:<alice@a.test>',
      'RCPT TO:<x@c.test>',
    ])
  })

  it.each([
    [{ is8Bit: true }, '5.6.1'],
    [{ isSmtpUtf8: true }, '5.6.7'],
  ])('about its abilities is respected: %j goes back', async (change, status) => {
    const { a, fake } = await against({ EHLO: '250-fake\r\n250 SIZE 0' })
    await finished(a, await a.house.queue.add(letter('x@c.test', change)))
    await expect.poll(() => inboxOf(a, 'alice')[0] ?? '').toContain(`Status: ${status}`)
    expect(fake.lines.filter((line) => line.startsWith('MAIL'))).toEqual([])
  })

  it('about the size it takes is respected', async () => {
    const { a } = await against({ EHLO: '250-fake\r\n250 SIZE 20' })
    await finished(a, await a.house.queue.add(letter('x@c.test')))
    await expect.poll(() => inboxOf(a, 'alice')[0] ?? '').toContain('Status: 5.3.4')
  })
})

describe('a notification', () => {
  it('comes for a person the other server does not know', async () => {
    const { a, b } = await pair()
    const id = await a.house.queue.add(letter('nobody@b.test'))
    await expect
      .poll(() => inboxOf(a, 'alice')[0] ?? '')
      .toContain('550 5.1.1 No such mailbox: nobody@b.test')
    expect(a.house.queue.get(id)!.steps.at(-1)).toMatchObject({
      what: 'notified',
      detail: 'nobody@b.test: failed',
    })
    expect(inboxOf(b, 'bob')).toEqual([])
  })

  it.each([
    ['x@nowhere.invalid', '5.1.2'],
    ['y@a.test', '5.1.1'],
  ])('comes for %s, where nothing can ever be delivered', async (to, status) => {
    const { a } = await pair()
    await a.house.queue.add(letter(to))
    await expect.poll(() => inboxOf(a, 'alice')[0] ?? '').toContain(`Status: ${status}`)
  })

  it('is never answered by a notification', async () => {
    const { a, b } = await pair()
    const id = await a.house.queue.add(letter('nobody@b.test', { from: 'nobody@a.test' }))
    await expect
      .poll(() => a.house.queue.list().filter(({ finishedAt }) => finishedAt !== null).length)
      .toBe(2)
    const [bounce] = a.house.queue.list()
    expect(bounce).toMatchObject({ from: '', recipients: [{ address: 'nobody@a.test', state: 'failed' }] })
    expect(bounce!.id).toBe(id + 1)
    await finished(a, await a.house.queue.add(letter('nobody@b.test', { from: '' }, 2)))
    expect(a.house.queue.list()).toHaveLength(3)
    expect([...inboxOf(a, 'alice'), ...inboxOf(b, 'bob')]).toEqual([])
  })

  it('of a delay comes once, and of the end once for everybody who still waited', async () => {
    const profile = { firstRetryMs: 30, longestRetryMs: 60, warnAfterMs: 100, expireAfterMs: 700 }
    const { names, a } = await against({}, profile)
    names.ports.set('c.test', 1)
    const ids = [
      await a.house.queue.add(letter('x@c.test')),
      await a.house.queue.add(letter('y@c.test', {}, 2)),
    ]
    for (const id of ids) await finished(a, id)
    await expect.poll(() => inboxOf(a, 'alice').length).toBe(4)
    const actions = inboxOf(a, 'alice').map(
      (text) => `${/Final-Recipient: rfc822; (.*)/.exec(text)![1]} ${/Action: (.*)/.exec(text)![1]}`,
    )
    expect(actions.toSorted()).toEqual([
      'x@c.test delayed',
      'x@c.test failed',
      'y@c.test delayed',
      'y@c.test failed',
    ])
    expect(inboxOf(a, 'alice').find((text) => text.includes('Action: failed'))).toContain('Status: 4.4.7')
  })
})

describe('connections', () => {
  it('are kept for the next message', async () => {
    const { a, fake } = await against({})
    for (let n = 1; n <= 5; n++) await finished(a, await a.house.queue.add(letter('x@c.test', {}, n)))
    expect(fake.connections).toBe(1)
    expect(fake.lines.filter((line) => line.startsWith('MAIL'))).toHaveLength(5)
  })

  it('that were kept but died meanwhile are replaced at once', async () => {
    const { a, fake } = await against({})
    await finished(a, await a.house.queue.add(letter('x@c.test')))
    fake.cut()
    const id = await a.house.queue.add(letter('x@c.test', {}, 2))
    await finished(a, id)
    expect(a.house.queue.get(id)!.recipients[0]!.attempts).toBe(1)
  })

  it('that were kept but end with the next word are replaced as well', async () => {
    let words = 0
    const { a, fake } = await against({ MAIL: () => (++words === 2 ? '' : undefined) })
    await finished(a, await a.house.queue.add(letter('x@c.test')))
    const id = await a.house.queue.add(letter('x@c.test', {}, 2))
    await finished(a, id)
    expect([fake.connections, a.house.queue.get(id)!.recipients[0]!.attempts]).toEqual([2, 1])
  })

  it('to a server that does not answer are tried by one message at a time, and free all when it does', async () => {
    let isDown = true
    const { a, fake } = await against({ '': () => (isDown ? '' : undefined) })
    for (let n = 0; n < 30; n++) await a.house.queue.add(letter('x@c.test', {}, n))
    await expect.poll(() => fake.connections).toBeGreaterThanOrEqual(4)
    const tried = a.house.queue.list().reduce((sum, { recipients }) => sum + recipients[0]!.attempts, 0)
    expect(tried).toBeLessThan(15)
    isDown = false
    await expect
      .poll(() => a.house.queue.list().filter(({ finishedAt }) => finishedAt !== null).length)
      .toBe(30)
  })

  it('that come about by hand free everybody who waits for that domain, and nobody with a reason of his own', async () => {
    const slow = { ...QUICK, firstRetryMs: 600_000, longestRetryMs: 600_000 }
    const { names, a, fake } = await against(
      { RCPT: (line) => (line.includes('<grey@') ? '450 4.2.0 later' : undefined) },
      slow,
    )
    const grey = await a.house.queue.add(letter('grey@c.test'))
    await expect.poll(() => a.house.queue.get(grey)?.recipients[0]?.reason).toContain('4.2.0')
    await fake.close()
    names.ports.set('c.test', 1)
    const ids = [
      await a.house.queue.add(letter('x@c.test', {}, 2)),
      await a.house.queue.add(letter('y@c.test', {}, 3)),
    ]
    await expect.poll(() => a.house.queue.get(ids[1]!)?.recipients[0]?.reason).toContain('ECONNREFUSED')
    names.ports.set('c.test', (await startFakeServer()).port)
    await a.house.queue.retry(ids[0]!)
    for (const id of ids) await finished(a, id)
    expect(states(a.house.queue.get(grey))).toEqual(['waiting'])
  })

  it('are ended in good order when the queue stops, and what was under way is not lost', async () => {
    const { a, fake } = await against({ '.': () => '' })
    const id = await a.house.queue.add(letter('x@c.test'))
    await expect.poll(() => fake.lines.length).toBeGreaterThan(3)
    await a.stop()
    const again = await openTestHouse({ host: 'a.test', folder: a.folder, names: new TestNames() })
    expect(states(again.house.queue.get(id))).toEqual(['waiting'])
  })
})
