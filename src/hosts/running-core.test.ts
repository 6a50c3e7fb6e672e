import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { isShoalError } from '../base/index.ts'
import { readCoreFile } from './core-file.ts'
import { lockHome } from './lock.ts'
import { findCore, openCore, type OpenedCore } from './running-core.ts'
import { startCore, type RunningCore } from './start-core.ts'
import { testConfig, testCore, withTemporaryFolder } from './test-core.ts'

const CHILD = fileURLToPath(new URL('./test-core-process.ts', import.meta.url))

describe('the core of a home', () => {
  let folder: Awaited<ReturnType<typeof withTemporaryFolder>>
  const children: ChildProcess[] = []
  const opened: OpenedCore[] = []

  beforeEach(async () => {
    folder = await withTemporaryFolder()
  })
  afterEach(async () => {
    for (const core of opened.splice(0)) await core.close()
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    await folder.remove()
  })

  const home = (): string => join(folder.path, 'home')

  async function open(options: Parameters<typeof testConfig>[1] = {}): Promise<OpenedCore> {
    const core = await openCore({ config: testConfig(home(), options), createCore: testCore })
    opened.push(core)
    return core
  }

  /** Another process that opens the home; its first line says what it got. */
  async function openElsewhere(): Promise<{ child: ChildProcess; said: { owned: boolean; pid: number } }> {
    const child = spawn(process.execPath, [CHILD, home()], { stdio: ['pipe', 'pipe', 'inherit'] })
    children.push(child)
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
    return { child, said: JSON.parse(line) as { owned: boolean; pid: number } }
  }

  it('is started when there is none, and ends with who started it', async () => {
    const core = await open()
    expect(core.owned).toBe(true)
    expect((await core.client.app.status()).pid).toBe(process.pid)
    expect((await readCoreFile(home()))?.url).toBe(core.url)
    await core.close()
    await core.closed
    expect(await readCoreFile(home())).toBeUndefined()
    ;(await lockHome(home())).release()
  })

  it('is asked over its socket when it runs already, and goes on when the guest leaves', async () => {
    const owner = await open()
    const guest = await open()
    expect(guest.owned).toBe(false)
    expect(guest.url).toBe(owner.url)
    expect((await guest.client.app.status()).pid).toBe(process.pid)
    await guest.close()
    expect((await owner.client.app.status()).pid).toBe(process.pid)
  })

  it('is found, or not, without starting one', async () => {
    expect(await findCore(home())).toBeUndefined()
    await open()
    const found = await findCore(home())
    expect((await found!.client.app.options()).name).toBe('nemo')
    await found!.close()
  })

  it.each([{ name: 'dory' }, { mdns: false }, { listen: ['10.0.0.1:1'] }])(
    'is not asked by who wants it otherwise: %j',
    async (options) => {
      await open()
      await expect(open(options)).rejects.toSatisfy((error) => isShoalError(error, 'bad-usage'))
    },
  )

  it('is asked by who wants it as it is', async () => {
    await open({ name: 'dory', listen: ['a', 'b'] })
    expect((await open({ name: 'dory', listen: ['b', 'a'] })).owned).toBe(false)
    expect((await open()).owned).toBe(false)
  })

  it('is one, however many processes want it at the same moment', async () => {
    const all = await Promise.all([openElsewhere(), openElsewhere(), openElsewhere(), open()])
    const said = all.map((each) => ('said' in each ? each.said : { owned: each.owned, pid: process.pid }))
    expect(said.filter(({ owned }) => owned)).toHaveLength(1)
    const owner = said.find(({ owned }) => owned)!.pid
    for (const each of all) if ('client' in each) expect((await each.client.app.status()).pid).toBe(owner)
  })

  it('can be started at once after a kill -9, whatever it left behind', async () => {
    const { child, said } = await openElsewhere()
    expect(said.owned).toBe(true)
    expect((await open()).owned).toBe(false)
    child.kill('SIGKILL')
    await once(child, 'exit')
    // Its file still says it runs.
    expect((await readCoreFile(home()))?.pid).toBe(said.pid)
    expect(await findCore(home())).toBeUndefined()
    const core = await open()
    expect(core.owned).toBe(true)
    expect((await readCoreFile(home()))?.pid).toBe(process.pid)
  })

  it.each(['', '{', '{"pid":1}', 'null', `"${'x'.repeat(20_000)}"`])(
    'is found in spite of a broken file: %.20s',
    async (text) => {
      await (await open()).close()
      await writeFile(join(home(), 'core.json'), text)
      expect(await readCoreFile(home())).toBeUndefined()
      expect((await open()).owned).toBe(true)
    },
  )

  it('ends when it is told to over the contract, and gives its home back', async () => {
    const { child } = await openElsewhere()
    const guest = await open()
    await guest.client.app.shutdown()
    await guest.closed
    await once(child, 'exit')
    expect(await findCore(home())).toBeUndefined()
  })

  it('ends with its parent’s pipe', async () => {
    const { child } = await openElsewhere()
    child.stdin!.end()
    const [code] = (await once(child, 'exit')) as [number]
    expect(code).toBe(0)
    expect(await readCoreFile(home())).toBeUndefined()
  })

  it('that stops by itself takes its listener and its file along', async () => {
    const running = await startCore({ config: testConfig(home()), createCore: testCore })
    const guest = await open()
    await running.core.stop()
    await guest.closed
    await vi.waitFor(async () => expect(await readCoreFile(home())).toBeUndefined())
    await vi.waitFor(async () => (await lockHome(home())).release())
    await running.stop()
  })

  it('practises when it stays and is left alone, and leaves that when it stops', async () => {
    const startPractising = (): Promise<RunningCore> =>
      startCore({ config: testConfig(home()), createCore: testCore, practises: true })
    const practice = join(home(), 'practice')
    const running = await startPractising()
    await vi.waitFor(() => expect(existsSync(practice)).toBe(true), 10_000)
    await running.stop()
    expect(existsSync(practice)).toBe(false)
    // Stopped before it began.
    await (await startPractising()).stop()
    expect(existsSync(practice)).toBe(false)
  })

  it('gives its home back when it cannot start', async () => {
    const createCore: typeof testCore = (config) => ({
      ...testCore(config),
      start: () => Promise.reject(new Error('no such interface')),
    })
    const config = testConfig(home())
    await expect(startCore({ config, createCore })).rejects.toThrow('no such interface')
    expect((await open()).owned).toBe(true)
  })
})
