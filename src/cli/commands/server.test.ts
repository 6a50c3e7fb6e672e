import { describe, expect, it } from 'vitest'
import type { ServerRoleName, ServersView } from '../../contract/index.ts'
import { fakeContext, fakeShare } from '../fake-core.ts'
import { run } from '../run.ts'

function view(on: readonly ServerRoleName[], change: Partial<ServersView> = {}): ServersView {
  const names = ['files', 'tracker', 'dns'] as const
  return {
    roles: names.map((name) => ({
      name,
      state: { is: on.includes(name) ? ('on' as const) : ('off' as const) },
    })),
    reach: { is: 'this-laptop' },
    hosts: on.length > 0 ? ['127.0.0.1'] : [],
    ports: on.length > 0 ? { http: 8420 } : {},
    origins: on.length > 0 ? ['http://127.0.0.1:8420'] : [],
    tree: [],
    ...change,
  }
}

describe('shoal server', () => {
  it('tells the ports of what runs, and the tree when there is one', async () => {
    const tree = [{ zone: '.', address: '127.53.0.1', port: 53 }]
    const servers = [view([]), view(['files', 'tracker', 'dns'], { ports: { http: 1, dns: 2 }, tree })]
    const { context, interrupt, events, calls } = fakeContext({ states: [], servers })
    const running = run(['server', '--http-port', '0', '--dns-port', '5353', '--json'], context)
    await expect.poll(events).toEqual([{ event: 'ready', ports: { http: 1, dns: 2 }, tree }])
    interrupt.abort()
    expect(await running).toBe(130)
    expect(calls.map(({ name }) => name)).toEqual(['servers.start', 'close'])
    expect(calls[0]!.input).toEqual({ ports: { http: 0, dns: 5353 }, reach: { is: 'this-laptop' } })
  })

  it('begins what --only names, at the address of --host, and tells no tree', async () => {
    const { context, interrupt, events, calls } = fakeContext({
      states: [],
      servers: [view([]), view(['files'])],
    })
    const running = run(['server', '--only', 'files,tracker', '--host', '10.0.0.7', '--json'], context)
    await expect.poll(events).toEqual([{ event: 'ready', ports: { http: 8420 } }])
    interrupt.abort()
    await running
    expect(calls[0]!.input).toEqual({
      ports: {},
      reach: { is: 'address', host: '10.0.0.7' },
      roles: ['files', 'tracker'],
    })
  })

  it('is told how patient its mail queue is before it starts, and not when it has none', async () => {
    const { context, interrupt, events, calls } = fakeContext({
      states: [],
      servers: [view([]), view(['files'])],
    })
    const running = run(['server', '--mail-profile', 'lab', '--json'], context)
    await expect.poll(() => events().length).toBe(1)
    interrupt.abort()
    await running
    expect(calls.slice(0, 2).map(({ name, input }) => [name, input])).toEqual([
      ['mail.setProfile', { profile: 'lab' }],
      ['servers.start', { ports: {}, reach: { is: 'this-laptop' } }],
    ])
    for (const bad of [
      ['--mail-profile', 'hasty'],
      ['--mail-profile', 'lab', '--only', 'files'],
    ])
      expect(await run(['server', ...bad], fakeContext({ states: [] }).context)).toBe(2)
  })

  it('on a core that runs already, ends what it began and leaves what was there', async () => {
    const servers = [view(['files']), view(['files', 'tracker'])]
    const { context, interrupt, events, calls } = fakeContext({ states: [], servers, owned: false })
    const running = run(['server', '--json'], context)
    await expect.poll(() => events().length).toBe(1)
    interrupt.abort()
    await running
    expect(calls.find(({ name }) => name === 'servers.stop')?.input).toEqual({ roles: ['tracker'] })
  })

  it('ends when somebody switches it off in the app', async () => {
    const { context, events } = fakeContext({ states: [], servers: [view([]), view(['files']), view([])] })
    expect(await run(['server', '--json'], context)).toBe(0)
    expect(events()).toHaveLength(1)
  })

  it.each([
    ['--only', 'files,web'],
    ['--host', 'minji.local'],
    ['--http-port', '65536'],
    ['--http-port', '-1'],
    ['--dns-port', '5e3'],
    ['stray'],
  ])('refuses %s %s as bad usage, and starts nothing', async (...words) => {
    const { context, calls, written } = fakeContext({ states: [], servers: [view([])] })
    expect(await run(['server', ...words], context)).toBe(2)
    expect(calls).toEqual([])
    expect(written.err).toMatch(/^shoal: /)
  })
})

describe('shoal share --http-port', () => {
  const serving = fakeShare({
    state: { is: 'serving' },
    cid: 'bafyx',
    link: 'shoal:bafyx?h=http://10.0.0.1:8420',
  })

  it('opens a way in for browsers first, tells its page, and closes it with the command', async () => {
    const { context, interrupt, events, calls } = fakeContext({ states: [serving] })
    const running = run(['share', 'film', '--http-port', '8420', '--json'], context)
    await expect.poll(() => events().length).toBe(1)
    interrupt.abort()
    expect(await running).toBe(130)
    expect(events()[0]).toMatchObject({ event: 'ready', url: 'http://10.0.0.1:8420/s/bafyx/' })
    expect(calls.slice(0, 2)).toEqual([
      { name: 'door', input: { port: 8420 } },
      { name: 'add', input: { path: '/work/film', openly: false } },
    ])
  })

  it('without it tells no page and opens nothing', async () => {
    const { context, interrupt, events, calls } = fakeContext({ states: [serving] })
    const running = run(['share', 'film', '--json'], context)
    await expect.poll(() => events().length).toBe(1)
    interrupt.abort()
    await running
    expect(events()[0]).not.toHaveProperty('url')
    expect(calls.map(({ name }) => name)).not.toContain('door')
  })

  it.each(['http', '70000'])('refuses the port %s', async (port) => {
    const { context, calls } = fakeContext({ states: [serving] })
    expect(await run(['share', 'film', '--http-port', port], context)).toBe(2)
    expect(calls).toEqual([])
  })
})

it('every command takes trackers, and refuses what is none', async () => {
  const seen: unknown[] = []
  const { context } = fakeContext({ states: [] })
  const openCore: typeof context.openCore = async (common, output) => {
    seen.push(common.core)
    return context.openCore(common, output)
  }
  const urls = ['--tracker', 'http://10.0.0.1:8420/', '--tracker', 'https://t.example']
  expect(await run(['status', ...urls], { ...context, openCore })).toBe(0)
  expect(seen).toEqual([{ trackers: ['http://10.0.0.1:8420', 'https://t.example'] }])
  expect(await run(['status', '--tracker', 'ftp://10.0.0.1'], { ...context, openCore })).toBe(2)
})
