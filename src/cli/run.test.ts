import { describe, expect, it } from 'vitest'
import { ShoalError } from '../base/index.ts'
import type { PeerSourceView } from '../contract/index.ts'
import { fakeContext, fakeShare } from './fake-core.ts'
import { run } from './run.ts'

const CID = 'bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'
const LINK = `shoal:${CID}?n=film.mp4`

const FAR = '/ip4/10.9.9.9/tcp/1/p2p/12D3KooWRvzzdmJCfquKjTKxYwn35K5VX2SxpoDHYvY6QXfdECiA'
const NEAR = FAR.replace('10.9.9.9', '10.0.0.2')

describe('shoal get', () => {
  it('tells progress from the first state on, completes with exit code 0 and closes the core', async () => {
    const done = fakeShare({
      state: { is: 'serving' },
      bytesHeld: 1000,
      path: '/work/out/film.mp4',
      fromOthers: 0.83,
    })
    const { context, events, calls } = fakeContext({
      states: [fakeShare(), fakeShare({ bytesHeld: 400 }), done],
    })
    expect(await run(['get', LINK, '--to', 'out', '--json'], context)).toBe(0)
    expect(events()[0]).toEqual({
      event: 'progress',
      bytes: 0,
      total: 1000,
      peers: 0,
      mode: 'p2p',
      limit: 'no-source',
    })
    expect(events().at(-1)).toMatchObject({
      event: 'complete',
      path: '/work/out/film.mp4',
      bytes: 1000,
      mode: 'p2p',
    })
    expect(calls[0]).toEqual({
      name: 'download',
      input: { link: LINK, to: '/work/out', mode: 'p2p', peers: [] },
    })
    expect(calls.at(-1)?.name).toBe('close')
  })

  it('counts what an earlier run left from the first event on, once it was looked at', async () => {
    const done = fakeShare({ state: { is: 'serving' }, bytesHeld: 1000, path: '/p' })
    const states = [
      fakeShare({ state: { is: 'checking', done: 0, total: 0 } }),
      fakeShare({ bytesHeld: 400 }),
      done,
    ]
    const { context, events } = fakeContext({ states })
    await run(['get', LINK, '--json'], context)
    expect(events().map((e) => e['bytes'])).toEqual([400, 1000, 1000])
  })

  it('prints armed and starts only on a line of standard input', async () => {
    const done = fakeShare({ state: { is: 'serving' }, path: '/p' })
    const { context, events } = fakeContext({ states: [done], stdin: ['GO', '\n'] })
    expect(await run(['get', LINK, '--wait', '--json'], context)).toBe(0)
    expect(events().map((e) => e['event'])).toEqual(['armed', 'progress', 'complete'])
  })

  it('keeps serving with --seed until it is interrupted', async () => {
    const done = fakeShare({ state: { is: 'serving' }, path: '/p' })
    const { context, interrupt, events } = fakeContext({ states: [done] })
    const running = run(['get', LINK, '--seed', '--json'], context)
    await expect.poll(() => events().at(-1)?.['event']).toBe('complete')
    interrupt.abort()
    expect(await running).toBe(130)
  })

  it('gives up with exit code 1, one line and no trace when nobody proves that they have it', async () => {
    const { context, written, calls } = fakeContext({ states: [fakeShare()] })
    expect(await run(['get', LINK, '--timeout', '0.01'], context)).toBe(1)
    expect(written.err.trim().split('\n')).toHaveLength(1)
    expect(written.err).toMatch(/nobody here has it/)
    expect(calls.map((c) => c.name)).toEqual(['download', 'remove', 'close'])
  })

  it('does not give up on a share whose manifest it holds, and says that it waits', async () => {
    const waiting = fakeShare({ state: { is: 'waiting', missingHere: 3 }, bytesHeld: 700 })
    const { context, interrupt, written } = fakeContext({ states: [waiting] })
    const running = run(['get', LINK, '--timeout', '0.01'], context)
    await expect.poll(() => written.out).toMatch(/nobody here has the last 3 chunks/)
    interrupt.abort()
    expect(await running).toBe(130)
  })

  it('reports a failure with its code on stdout and a sentence on stderr', async () => {
    const problem = { code: 'bad-root' as const, message: 'the root is not a root', data: {} }
    const { context, events, written } = fakeContext({
      states: [fakeShare({ state: { is: 'failed', problem } })],
    })
    expect(await run(['get', LINK, '--json'], context)).toBe(1)
    expect(events().at(-1)).toEqual({ event: 'error', code: 'bad-root', message: 'the root is not a root' })
    expect(written.err).toBe('shoal: the root is not a root\n')
  })
})

describe('shoal share', () => {
  it('prints ready once, with link and addresses, and safe-to-leave when a copy is out', async () => {
    const serving = fakeShare({ role: 'source', state: { is: 'serving' }, link: LINK })
    const states = [serving, serving, { ...serving, safeToLeave: true }]
    const { context, interrupt, events } = fakeContext({ states })
    const running = run(['share', 'film.mp4', '--nearby', '--json'], context)
    await expect.poll(() => events().length).toBe(2)
    interrupt.abort()
    expect(await running).toBe(130)
    expect(events()).toEqual([
      { event: 'ready', link: LINK, peerId: '12D3Koo', addrs: ['/ip4/10.0.0.1/tcp/42850/p2p/12D3Koo'] },
      { event: 'safe-to-leave' },
    ])
  })

  it('meets the laptops it is told of, and shares all the same when one is not there', async () => {
    const states = [fakeShare({ role: 'source', state: { is: 'serving' }, link: LINK })]
    const { context, interrupt, events, calls, written } = fakeContext({ states, absent: [FAR] })
    const running = run(['share', 'a', '--peer', FAR, '--peer', NEAR, '--json'], context)
    await expect.poll(() => events().length).toBe(1)
    interrupt.abort()
    await running
    const met = calls.filter((c) => c.name === 'connect').map((c) => c.input)
    expect(met).toEqual([{ address: FAR }, { address: NEAR }])
    expect(written.err).toContain(FAR)
  })

  it('stops what it began when the core goes on without it', async () => {
    const states = [fakeShare({ state: { is: 'serving' }, link: LINK })]
    const { context, interrupt, events, calls } = fakeContext({ states, owned: false })
    const running = run(['share', 'a', '--json'], context)
    await expect.poll(() => events().length).toBe(1)
    interrupt.abort()
    await running
    expect(calls.map((c) => c.name)).toEqual(['add', 'pause', 'close'])
  })

  it('goes on under the id of whoever shares the same content anew, and leaves that to others when it ends', async () => {
    const anew = fakeShare({ id: 'y', formerIds: ['x'], state: { is: 'serving' }, link: LINK })
    const states = [fakeShare(), anew, { ...anew, safeToLeave: true }]
    const { context, interrupt, events, calls } = fakeContext({ states, owned: false })
    const running = run(['share', 'a', '--json'], context)
    await expect.poll(() => events().map((e) => e['event'])).toEqual(['ready', 'safe-to-leave'])
    interrupt.abort()
    expect(await running).toBe(130)
    expect(calls.map((c) => c.name)).toEqual(['add', 'close'])
  })

  it('says so, once, when the file is no longer what was shared', async () => {
    const problem = { code: 'source-changed', message: 'changed since it was shared: a', data: {} } as const
    const changed = fakeShare({ state: { is: 'stuck', problem }, link: LINK })
    const states = [fakeShare({ state: { is: 'serving' }, link: LINK }), changed, { ...changed, peers: 3 }]
    const { context, interrupt, events } = fakeContext({ states })
    const running = run(['share', 'a', '--json'], context)
    await expect.poll(() => events().length).toBe(2)
    interrupt.abort()
    await running
    expect(events()[1]).toEqual({ event: 'error', code: 'source-changed', message: problem.message })
    expect(events()).toHaveLength(2)
  })

  it('ends with 1 and a line when somebody removes the share', async () => {
    const { context, written } = fakeContext({ states: [] })
    expect(await run(['share', 'a'], context)).toBe(1)
    expect(written.err).toBe('shoal: the share was removed\n')
  })
})

describe('bad usage ends with exit code 2 and one line', () => {
  it.each([
    [['get', 'shoal:nonsense']],
    [['get']],
    [['get', LINK, 'more']],
    [['get', LINK, '--mode', 'ftp']],
    [['get', LINK, '--timeout', 'soon']],
    [['get', LINK, '--colour']],
    [['share', 'x', '--limit-up', 'fast']],
    [['share', 'x', '--peer', '10.0.0.1']],
    [['fly']],
    [['share', '']],
    [['status', '--home', '']],
  ])('%j', async (argv) => {
    const { context, written } = fakeContext({ states: [] })
    expect(await run(argv, context)).toBe(2)
    expect(written.err.trim().split('\n')).toHaveLength(1)
    expect(written.out).toBe('')
  })

  it('and an event, also for a command that is none', async () => {
    const { context, events } = fakeContext({ states: [] })
    expect(await run(['fly', '--json'], context)).toBe(2)
    expect(events()).toEqual([
      { event: 'error', code: 'bad-usage', message: expect.stringContaining('"fly"') },
    ])
  })

  it('also when a running core has other options', async () => {
    const { context } = fakeContext({ states: [] })
    const refused = { ...context, openCore: () => Promise.reject(new ShoalError('bad-usage', 'differs')) }
    expect(await run(['status'], refused)).toBe(2)
  })
})

describe('shoal serve', () => {
  it('prints its page with a token and ends when interrupted', async () => {
    const { context, interrupt, events } = fakeContext({ states: [] })
    const running = run(['serve', '--json'], context)
    await expect.poll(() => events()).toEqual([{ event: 'ready', url: 'http://127.0.0.1:1/#token=t' }])
    interrupt.abort()
    expect(await running).toBe(130)
  })
})

describe('shoal doctor', () => {
  it('names what is wrong, says what to do about it, and fails with one line', async () => {
    const sources: PeerSourceView[] = [
      { kind: 'mdns', state: 'failed', found: 0, detail: { is: 'no-multicast' } },
      { kind: 'dht', state: 'on', found: 2, detail: { is: 'table', peers: 7 } },
      { kind: 'tracker', state: 'on', found: 1, detail: { is: 'servers', answering: 1, all: 2 } },
    ]
    const { context, events, written } = fakeContext({
      states: [],
      sources,
      owned: false,
      downloadDir: '/dev/null/x',
    })
    expect(await run(['doctor', '--json'], context)).toBe(1)
    expect(events().filter((e) => e['event'] === 'check' && e['ok'] === false)).toMatchObject([
      { name: 'finding by mdns', detail: 'multicast is not possible here' },
      { name: 'download folder' },
    ])
    expect(events()).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({ name: 'finding by dht', detail: '7 in the table' }),
        expect.objectContaining({ name: 'finding by tracker', detail: '1 of 2 answer' }),
      ]),
    )
    expect(written.err).toBe('shoal: 2 of 6 checks failed: finding by mdns, download folder\n')
  })
})

describe('help', () => {
  it('names every command', async () => {
    const { context, written } = fakeContext({ states: [] })
    expect(await run(['--help'], context)).toBe(0)
    for (const name of ['share', 'get', 'peers', 'shares', 'status', 'doctor', 'serve'])
      expect(written.out).toContain(`shoal ${name}`)
  })
})
