import { describe, expect, it } from 'vitest'
import { ShoalError } from '../../base/index.ts'
import type { DnsResolution, DnsStep, FetchedPage } from '../../contract/index.ts'
import { fakeContext } from '../fake-core.ts'
import { run } from '../run.ts'

const a = { name: 'www.example.com.', type: 'A', ttl: 300, data: '127.53.0.80' }

function step(change: Partial<DnsStep>): DnsStep {
  return {
    server: '127.53.0.1',
    port: 53,
    question: 'com. A',
    rcode: 'NOERROR',
    ms: 0.42,
    cached: false,
    role: 'root',
    zone: '.',
    serverName: 'ns.',
    outcome: 'referral',
    transport: 'udp',
    at: 0,
    records: [],
    ...change,
  }
}

const cold: DnsResolution = {
  serial: 1,
  name: 'www.example.com.',
  type: 'A',
  rcode: 'NOERROR',
  answers: [a],
  authority: [],
  steps: [
    step({
      records: [
        { name: 'com.', type: 'NS', ttl: 300, data: 'ns.com.' },
        { name: 'ns.com.', type: 'A', ttl: 300, data: '127.53.0.4' },
      ],
    }),
    step({ role: 'tld', zone: 'com.', server: '127.53.0.4', question: 'example.com. A', records: [] }),
    step({
      role: 'authoritative',
      zone: 'example.com.',
      question: 'www.example.com. A',
      outcome: 'answer',
      records: [a],
    }),
  ],
  cached: false,
  ms: 1.5,
  at: 0,
  failure: null,
}
const warm: DnsResolution = {
  ...cold,
  steps: [
    step({
      role: 'cache',
      cached: true,
      transport: 'cache',
      outcome: 'answer',
      records: [a],
      server: '127.0.0.1',
    }),
  ],
  cached: true,
}
const page: FetchedPage = {
  url: 'http://www.example.com/',
  address: '127.53.0.80',
  port: 80,
  status: 200,
  title: 'Example',
  bytes: 900,
  ms: 2,
}

describe('shoal dig', () => {
  it('prints the answer and how it was found', async () => {
    const { context, written, calls } = fakeContext({ states: [], names: { resolve: cold } })
    expect(await run(['dig', 'www.example.com'], context)).toBe(0)
    expect(written.out).toBe('www.example.com.\t300\tA\t127.53.0.80\n3 questions asked, 1.5 ms\n')
    expect(calls[0]).toEqual({ name: 'names.resolve', input: { name: 'www.example.com', type: 'A' } })
    expect(calls.map(({ name }) => name)).not.toContain('names.page')
  })

  it('with --trace tells the walk from the root to the page', async () => {
    const { context, written } = fakeContext({ states: [], names: { resolve: cold, page } })
    expect(await run(['dig', 'www.example.com', '--trace'], context)).toBe(0)
    const lines = written.out.trim().split('\n')
    expect(lines[2]).toContain(
      '1. a root server at 127.53.0.1 port 53: com. A? ask ns.com. (127.53.0.4), which has com.',
    )
    expect(lines[3]).toContain('2. the top-level domain server of com.')
    expect(lines[4]).toContain('3. the authoritative server of example.com.')
    expect(lines[4]).toContain('127.53.0.80')
    expect(lines[5]).toContain('keeps this for 300 s')
    expect(lines.at(-1)).toBe(
      'GET http://www.example.com/ from 127.53.0.80 port 80: 200 "Example", 900 bytes, 2.0 ms',
    )
  })

  it('says when it came from the cache', async () => {
    const { context, written } = fakeContext({ states: [], names: { resolve: warm, page } })
    await run(['dig', 'www.example.com', '--trace'], context)
    expect(written.out).toContain('1. its own cache: ')
    expect(written.out).toContain('from the cache')
    expect(written.out).not.toContain('asks:')
  })

  it('with --json prints answers and steps in one object, and the page with --trace', async () => {
    const { context, events } = fakeContext({ states: [], names: { resolve: cold, page } })
    expect(await run(['dig', 'www.example.com', 'A', '--trace', '--json'], context)).toBe(0)
    expect(events()).toHaveLength(1)
    expect(events()[0]).toMatchObject({ answers: [a], page: { status: 200 } })
    expect((events()[0] as { steps: object[] }).steps[0]).toMatchObject({
      server: '127.53.0.1',
      port: 53,
      question: 'com. A',
      rcode: 'NOERROR',
      ms: 0.42,
      cached: false,
    })
  })

  it('does not fail because there is no page', async () => {
    const absent = new ShoalError('server-unreachable', 'nobody there')
    const { context } = fakeContext({ states: [], names: { resolve: cold, page: absent } })
    expect(await run(['dig', 'www.example.com', '--trace'], context)).toBe(0)
  })

  it('takes a name that does not exist for an answer', async () => {
    const gone = { ...cold, rcode: 'NXDOMAIN', answers: [] }
    const { context, written } = fakeContext({ states: [], names: { resolve: gone } })
    expect(await run(['dig', 'gone.example.com'], context)).toBe(0)
    expect(written.out).toContain('there is no such name')
  })

  it('ends with exit code 1 and one line when nobody could tell', async () => {
    const failed: DnsResolution = { ...cold, rcode: 'SERVFAIL', answers: [], failure: 'too-many-aliases' }
    const { context, written, events } = fakeContext({ states: [], names: { resolve: failed } })
    expect(await run(['dig', 'www.example.com', '--json'], context)).toBe(1)
    expect(events()[0]).toMatchObject({ rcode: 'SERVFAIL', failure: 'too-many-aliases' })
    expect(written.err.trim().split('\n')).toHaveLength(1)
  })

  it.each([[[]], [['a', 'A', 'b']], [['a', '--deep']]])('with %j is bad usage', async (rest) => {
    const { context } = fakeContext({ states: [], names: { resolve: cold } })
    expect(await run(['dig', ...rest], context)).toBe(2)
  })
})
