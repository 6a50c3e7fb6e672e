import { EventEmitter } from 'node:events'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import fc from 'fast-check'
import { silentLogger, VirtualClock } from '../base/index.ts'
import type { Contract } from '../contract/index.ts'
import { ClientLink, createClient, messagePortTransport, type AnyPort } from '../rpc/index.ts'
import { STOP_DEADLINE_MS } from './limits.ts'
import { lockHome } from './lock.ts'
import { parseCoreMessage, parseShellMessage, type CoreMessage } from './shell-protocol.ts'
import { testCore, withTemporaryFolder, type TestCore } from './test-core.ts'
import { UtilityHost, type UtilityOptions } from './utility-host.ts'

/** The shell's end: what it says arrives as in Electron, what the core says is kept. */
class FakeShell extends EventEmitter {
  readonly said: CoreMessage[] = []

  postMessage(value: unknown): void {
    this.said.push(parseCoreMessage(value)!)
  }

  send(data: unknown, ports: AnyPort[] = []): void {
    this.emit('message', { data, ports })
  }

  /** Opens a page: its port goes to the core, its end is a client. */
  openPage(): { client: ReturnType<typeof createClient<Contract>>; link: ClientLink } {
    const { port1, port2 } = new MessageChannel()
    this.send({ is: 'page' }, [port2])
    const link = new ClientLink(messagePortTransport(port1))
    return { client: createClient<Contract>(link), link }
  }
}

describe('the core in a utility process', () => {
  let folder: Awaited<ReturnType<typeof withTemporaryFolder>>
  let shell: FakeShell
  let cores: TestCore[]
  let exited: number[]

  beforeEach(async () => {
    folder = await withTemporaryFolder()
    shell = new FakeShell()
    cores = []
    exited = []
  })
  afterEach(async () => {
    shell.send({ is: 'stop' })
    await vi.waitFor(() => expect(exited).not.toEqual([]))
    await folder.remove()
  })

  function hostOf(options: Partial<UtilityOptions> = {}): UtilityHost {
    return new UtilityHost({
      parentPort: shell,
      args: ['--home', folder.path, '--download-dir', '/down', '--no-mdns', '--name', 'Dory'],
      version: '9.9.9',
      log: silentLogger,
      exit: (code) => exited.push(code),
      createCore: (config) => {
        cores.push(testCore(config))
        return cores.at(-1)!
      },
      ...options,
    })
  }

  it('takes its options from the command line', async () => {
    await hostOf().run()
    expect(cores[0]!.config).toMatchObject({ home: folder.path, name: 'Dory', mdns: false })
    expect(cores[0]!.config).toMatchObject({
      defaultDownloadDir: '/down',
      host: { kind: 'electron', canPick: true },
    })
  })

  it('serves pages that come before it is up, and after, each over its own port', async () => {
    const host = hostOf()
    const early = shell.openPage()
    await host.run()
    const late = shell.openPage()
    expect((await early.client.app.options()).name).toBe('Dory')
    expect((await late.client.app.options()).name).toBe('Dory')
    early.link.close()
    expect((await late.client.app.status()).pid).toBe(process.pid)
    late.link.close()
  })

  it('asks the shell for a dialog, and hands on what was chosen', async () => {
    await hostOf().run()
    const { client, link } = shell.openPage()
    const picking = client.shell.pick({ what: 'folder' })
    await vi.waitFor(() => expect(shell.said).toEqual([{ is: 'pick', id: 1, what: 'folder' }]))
    shell.send({ is: 'picked', id: 7, paths: ['/wrong'] })
    shell.send({ is: 'picked', id: 1, paths: ['/home/me/사진'] })
    expect(await picking).toEqual({ paths: ['/home/me/사진'] })
    link.close()
  })

  it('tells the shell what only it can do', async () => {
    await hostOf().run()
    const { shell: ours } = cores[0]!.config
    await ours!.reveal('/down/film.mp4')
    ours!.setTransferring(true)
    ours!.notify({ title: 'Done', body: 'x'.repeat(100_000) })
    expect(shell.said.slice(0, 2)).toEqual([
      { is: 'reveal', path: '/down/film.mp4' },
      { is: 'transferring', transferring: true },
    ])
    expect(shell.said[2]).toMatchObject({ is: 'notify', title: 'Done' })
  })

  it('says why it cannot start, and ends', async () => {
    const lock = await lockHome(folder.path)
    await hostOf().run()
    lock.release()
    expect(shell.said).toEqual([{ is: 'failed', message: `a core is running on ${folder.path}` }])
    expect(exited).toEqual([1])
    await hostOf({ args: ['--what'] }).run()
    expect(shell.said[1]).toMatchObject({ is: 'failed' })
  })

  it('ends in good order when it is told to, once', async () => {
    const host = hostOf()
    await host.run()
    const { link } = shell.openPage()
    await link.opened
    shell.send({ is: 'stop' })
    shell.send({ is: 'stop' })
    expect(await link.closed).toMatchObject({ code: 'core-gone' })
    await vi.waitFor(() => expect(exited).toEqual([0]))
    expect(cores[0]!.stopped).toBe(1)
    ;(await lockHome(folder.path)).release()
  })

  it('ends when the core ends by itself', async () => {
    await hostOf().run()
    const { client } = shell.openPage()
    await client.app.shutdown().catch(() => {})
    await vi.waitFor(() => expect(exited).toEqual([0]))
  })

  it('does not wait for ever for a core that hangs in its good-bye', async () => {
    const clock = new VirtualClock()
    const home = join(folder.path, 'hangs')
    const hanging = hostOf({
      clock,
      args: ['--home', home],
      createCore: (config) => ({ ...testCore(config), stop: () => new Promise<void>(() => {}) }),
    })
    await hanging.run()
    const stopping = hanging.stop()
    await vi.waitFor(() => expect(clock.pending).toBe(1))
    await clock.advanceAsync(STOP_DEADLINE_MS)
    await stopping
    expect(exited).toEqual([0])
  })

  it.each([
    null,
    42,
    'stop',
    {},
    { is: 'stop', more: 1 },
    { is: 'picked', id: -1, paths: [] },
    { is: 'picked', id: 1 },
  ])('drops %j of the shell and goes on', async (message) => {
    await hostOf().run()
    shell.send(message)
    const { client, link } = shell.openPage()
    expect((await client.app.status()).pid).toBe(process.pid)
    link.close()
  })
})

describe('the shell’s protocol', () => {
  it('reads back what either side says, and nothing else', () => {
    const texts = fc.string({ maxLength: 50 })
    const core = fc.oneof(
      fc.record({ is: fc.constant('reveal' as const), path: texts }),
      fc.record({ is: fc.constant('pick' as const), id: fc.nat(), what: fc.constantFrom('file', 'folder') }),
      fc.record({ is: fc.constant('transferring' as const), transferring: fc.boolean() }),
      fc.record({ is: fc.constant('notify' as const), title: texts, body: texts }),
    )
    fc.assert(fc.property(core, (message) => void expect(parseCoreMessage(message)).toEqual(message)))
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(parseCoreMessage(value)).toBeUndefined()
        expect(parseShellMessage(value)).toBeUndefined()
      }),
    )
  })
})
