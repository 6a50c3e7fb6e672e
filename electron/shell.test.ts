// Main and preload as built (`npm run build`), against a fake Electron whose processes and channels are real.
import { once, on } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { MessagePort } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Order } from './testing/echo-core.ts'
import type * as FakeElectron from './testing/fake-electron.ts'
import type { FakePage } from './testing/fake-page.ts'

const built = (path: string): string => fileURLToPath(new URL(`../dist/${path}`, import.meta.url))
const ECHO_CORE = new URL('testing/echo-core.ts', import.meta.url).href
const LINK = `shoal:bafyrei${'a'.repeat(52)}`
const METER = { do: 'prepare', role: { is: 'meter', host: '127.0.0.1', up: false } }
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

let electron: typeof FakeElectron
const argv = process.argv

beforeEach(async () => {
  vi.resetModules()
  electron = await import('./testing/fake-electron.ts')
  electron.fake.coreModule = ECHO_CORE
})

afterEach(async () => {
  process.argv = argv
  for (const { process: core } of electron.fake.forks) core.kill()
  for (const signal of SIGNALS) process.removeAllListeners(signal)
})

async function startShell(...words: string[]): Promise<void> {
  process.argv = ['electron', '/app', ...words]
  await import(built('electron/main.js'))
  await electron.app.whenReady()
  await expect.poll(() => electron.fake.windows[0]?.webContents.page).toBeDefined()
}

const page = (): FakePage => electron.fake.windows[0]!.webContents.page as FakePage

async function acquire(nonce: string): Promise<MessagePort> {
  page().api.acquirePort(nonce)
  await expect.poll(() => page().messages.at(-1)?.data).toEqual({ shoalPort: nonce })
  return page().messages.at(-1)!.ports[0]!
}

async function ask(port: MessagePort, order: Order): Promise<unknown> {
  port.postMessage(order)
  return ((await once(port, 'message')) as unknown[])[0]
}

describe('the window', () => {
  it('is sandboxed, isolated, without Node, and shows the app’s own page', async () => {
    await startShell()
    const { options, webContents, visible } = electron.fake.windows[0]!
    expect(options.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      devTools: false,
    })
    expect(existsSync(options.webPreferences.preload)).toBe(true)
    expect(webContents.url).toBe('app://shoal/index.html')
    expect(visible).toBe(true)
    expect(electron.fake.privileges).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
    ])
  })

  it('cannot be navigated, redirected, doubled or given a webview', async () => {
    await startShell()
    const { webContents } = electron.fake.windows[0]!
    const prevented = (event: string, url: string): boolean => {
      let stopped = false
      webContents.emit(event, { url, preventDefault: () => (stopped = true) }, url)
      return stopped
    }
    for (const url of ['https://example.org/', 'file:///etc/passwd', 'app://other/', 'app://shoal.evil/']) {
      expect(prevented('will-navigate', url), url).toBe(true)
      expect(prevented('will-frame-navigate', url), url).toBe(true)
    }
    expect(prevented('will-navigate', 'app://shoal/index.html')).toBe(false)
    expect(prevented('will-redirect', 'app://shoal/index.html')).toBe(true)
    expect(prevented('will-attach-webview', '')).toBe(true)
    expect(webContents.openHandler!({ url: 'app://shoal/index.html' })).toEqual({ action: 'deny' })
  })

  it('may save files that it made itself, and download nothing', async () => {
    await startShell()
    const refused = (url: string): boolean => {
      let isRefused = false
      const event = { preventDefault: () => (isRefused = true) }
      electron.session.defaultSession.emit('will-download', event, { getURL: () => url })
      return isRefused
    }
    expect(refused('blob:app://shoal/0d9f3c1e-1c1f-4f0e-9d5f-3a4f0b1c2d3e')).toBe(false)
    for (const url of [
      'https://a.b/x.zip',
      'blob:https://a.b/1',
      'app://shoal/index.html',
      'data:text/plain,a',
    ])
      expect(refused(url), url).toBe(true)
  })

  it('is refused every permission but copying, and every request to elsewhere', async () => {
    await startShell()
    const { checkPermission, requestPermission, device, beforeRequest } = electron.session.defaultSession
    const allowed = (permission: string, origin = 'app://shoal'): boolean[] => {
      let requested = false
      const contents = { getURL: () => `${origin}/index.html` }
      requestPermission!(contents, permission, (yes) => (requested = yes))
      return [checkPermission!(contents, permission, origin), requested]
    }
    expect(allowed('clipboard-sanitized-write')).toEqual([true, true])
    expect(allowed('clipboard-sanitized-write', 'https://example.org')).toEqual([false, false])
    for (const permission of [
      'media',
      'geolocation',
      'clipboard-read',
      'openExternal',
      'fileSystem',
      'unknown',
    ])
      expect(allowed(permission), permission).toEqual([false, false])
    expect(device!()).toBe(false)
    const cancelled = (url: string): boolean => {
      let cancel: boolean | undefined
      beforeRequest!({ url }, (answer) => (cancel = answer.cancel))
      return cancel!
    }
    expect(['app://shoal/a.js', 'data:image/png;base64,'].map(cancelled)).toEqual([false, false])
    expect(['https://a.b/', 'http://127.0.0.1/', 'file:///a', 'app://x/'].map(cancelled)).not.toContain(false)
  })
})

describe('the app’s own files', () => {
  const get = (url: string, method = 'GET') =>
    electron.fake.handlers.get('app')!(new Request(url, { method }))

  it('come with a strict policy', async () => {
    await startShell()
    const response = await get('app://shoal/index.html')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const policy = response.headers.get('content-security-policy')!
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).not.toMatch(/script-src[^;]*unsafe|\*|https?:/)
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await response.text()).toBe(readFileSync(built('renderer/index.html'), 'utf8'))
  })

  it('have no inline script, which the policy would stop', () => {
    expect(readFileSync(built('renderer/index.html'), 'utf8')).not.toMatch(/<script(?![^>]*\bsrc=)/)
  })

  it.each([
    ['app://shoal/..%2felectron%2fmain.js'],
    ['app://shoal/%2e%2e/electron/main.js'],
    ['app://shoal/..%5c..%5cpackage.json'],
    ['app://shoal/%00index.html'],
    ['app://shoal/index.html%00.png'],
    ['app://shoal/%'],
    ['app://shoal/'],
    ['app://shoal/no-such.js'],
    ['app://shoal//etc/passwd'],
    ['app://other/index.html'],
  ])('are all there is: %s', async (url) => {
    await startShell()
    const response = await get(url)
    expect(response.status).toBe(404)
    expect(await response.text()).toBe('')
  })

  it('are only read', async () => {
    await startShell()
    expect((await get('app://shoal/index.html', 'POST')).status).toBe(405)
    const head = await get('app://shoal/index.html', 'HEAD')
    expect([head.status, await head.text()]).toEqual([200, ''])
  })
})

describe('the core', () => {
  it('is the one that was built, told where downloads go, and starts once', async () => {
    await startShell('--', '--home', '/elsewhere')
    expect(electron.fake.forks).toHaveLength(1)
    const { modulePath, args } = electron.fake.forks[0]!
    expect(modulePath).toBe(built('core/utility.js'))
    expect(args).toEqual(['--download-dir', '/home/somebody/downloads/Shoal'])
  })

  it('gets the words after -- in development, and none in an installed app', async () => {
    electron.fake.packaged = false
    await startShell('--inspect=0', '--', '--home', '/tmp/x', LINK)
    expect(electron.fake.forks[0]!.args.slice(2)).toEqual(['--home', '/tmp/x'])
    expect(electron.fake.protocolClients).toEqual([])
  })

  it('gets one end of a port and the page the other, by its own word and origin', async () => {
    await startShell()
    const port = await acquire('nonce-1')
    expect(page().messages[0]!.targetOrigin).toBe('app://shoal')
    expect(await ask(port, { order: 'echo', value: { a: [1] } })).toMatchObject({ echo: { a: [1] } })
    port.close()
  })

  it('that crashed is started again, and the page gets a port to the new one', async () => {
    await startShell()
    const first = await acquire('one')
    first.postMessage({ order: 'crash' } satisfies Order)
    await once(first, 'close')
    const second = await acquire('two')
    expect(await ask(second, { order: 'echo', value: 2 })).toMatchObject({ echo: 2 })
    expect(electron.fake.forks).toHaveLength(2)
    second.close()
  })

  it('gives a reloaded page a new port', async () => {
    await startShell()
    await acquire('before')
    const old = page()
    electron.fake.windows[0]!.webContents.reload()
    await expect.poll(page).not.toBe(old)
    const port = await acquire('after')
    expect(await ask(port, { order: 'echo', value: 3 })).toMatchObject({ echo: 3 })
    port.close()
  })

  it('can be reached anew by a page that lost it while the machine slept', async () => {
    await startShell()
    await acquire('before')
    electron.powerMonitor.emit('resume')
    const port = await acquire('after')
    expect(await ask(port, { order: 'echo', value: 4 })).toMatchObject({ echo: 4 })
    expect(electron.fake.forks).toHaveLength(1)
    port.close()
  })

  it('has folders shown, files chosen and notices raised by the shell', async () => {
    await startShell()
    const port = await acquire('p')
    const tell = (message: unknown): void =>
      port.postMessage({ order: 'tell-shell', message } satisfies Order)
    tell({ is: 'reveal', path: '/home/somebody/a' })
    tell({ is: 'reveal', path: '../a' })
    tell({ is: 'notify', title: 'Done', body: 'all 12 have it' })
    tell({ is: 'failed', message: 'another Shoal has this home' })
    electron.fake.picked = ['/home/somebody/b']
    tell({ is: 'pick', id: 4, what: 'folder' })
    expect((await once(port, 'message'))[0]).toEqual({ is: 'picked', id: 4, paths: ['/home/somebody/b'] })
    electron.fake.picked = []
    tell({ is: 'pick', id: 5, what: 'file' })
    expect((await once(port, 'message'))[0]).toEqual({ is: 'picked', id: 5, paths: [] })
    expect(electron.fake.revealed).toEqual(['/home/somebody/a'])
    expect(electron.fake.notices).toEqual([{ title: 'Done', body: 'all 12 have it' }])
    expect(electron.fake.errors).toEqual(['another Shoal has this home'])
    port.close()
  })
})

describe('races', () => {
  const forks = () => electron.fake.forks
  const startRacer = (id: number, dir: string): Order => ({
    order: 'tell-shell',
    message: { is: 'start-racer', id, options: JSON.stringify({ dir, sharesAir: false }) },
  })
  let dir: string

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'shoal-shell-test-'))
  })
  afterEach(() => rm(dir, { recursive: true, force: true }))

  it('run in processes of the racer that was built, each spoken to over its own port', async () => {
    await startShell()
    const port = await acquire('p')
    const said = on(port, 'message') as AsyncIterableIterator<[unknown]>
    port.postMessage(startRacer(5, dir))
    expect((await said.next()).value).toEqual([{ is: 'racer', id: 5 }])
    expect((await said.next()).value).toEqual([{ told: { is: 'started' } }])
    expect(forks()[1]).toMatchObject({ modulePath: built('core/racer.js') })
    port.postMessage({ order: 'tell-racer', message: METER } satisfies Order)
    expect((await said.next()).value).toMatchObject([{ told: { is: 'prepared', offer: { is: 'meter' } } }])
    port.postMessage({ order: 'tell-shell', message: { is: 'kill-racer', id: 5 } } satisfies Order)
    expect((await said.next()).value).toMatchObject([{ is: 'racer-gone', id: 5 }])
  })

  it('have no racer left once the core is gone, nor anything of what they wrote', async () => {
    await startShell()
    const port = await acquire('p')
    const said = on(port, 'message') as AsyncIterableIterator<[unknown]>
    port.postMessage(startRacer(1, dir))
    await said.next()
    await said.next()
    const exited = once(forks()[1]!.process, 'exit')
    port.postMessage({ order: 'crash' } satisfies Order)
    await exited
    expect(existsSync(dir)).toBe(false)
  })
})

describe('quitting', () => {
  async function startTransfer(): Promise<MessagePort> {
    await startShell()
    const port = await acquire('p')
    port.postMessage({
      order: 'tell-shell',
      message: { is: 'transferring', transferring: true },
    } satisfies Order)
    await expect.poll(() => electron.fake.blockers.size).toBe(1)
    return port
  }

  it('ends the core in good order', async () => {
    await startShell()
    const exited = once(electron.fake.forks[0]!.process, 'exit')
    electron.app.quit()
    expect((await exited)[0]).toBe(0)
    await expect.poll(() => electron.fake.ended).toBe(true)
    expect(electron.fake.asked).toBe(0)
  })

  it('asks while something is transferred, and "cancel" changes nothing', async () => {
    await startTransfer()
    electron.fake.answer = 2
    electron.app.quit()
    electron.app.quit()
    await expect.poll(() => electron.fake.asked).toBe(1)
    expect(electron.fake.ended).toBe(false)
    expect(electron.fake.windows[0]!.destroyed).toBe(false)
  })

  it('hides the window when asked to keep running, and the machine stays awake', async () => {
    await startTransfer()
    electron.fake.answer = 0
    expect(electron.fake.windows[0]!.close()).toBe(false)
    await expect.poll(() => electron.fake.windows[0]!.visible).toBe(false)
    expect(electron.fake.blockers.size).toBe(1)
    electron.app.emit('second-instance', {}, ['shoal'])
    expect(electron.fake.windows[0]!.visible).toBe(true)
  })

  it('goes through when answered so, and lets the machine sleep', async () => {
    await startTransfer()
    electron.fake.answer = 1
    electron.app.quit()
    await expect.poll(() => electron.fake.ended).toBe(true)
    expect(electron.fake.blockers.size).toBe(0)
  })

  it.each(SIGNALS)('asks nobody on %s', async (signal) => {
    await startTransfer()
    process.emit(signal)
    await expect.poll(() => electron.fake.ended).toBe(true)
    expect(electron.fake.asked).toBe(0)
  })

  it('lets the machine sleep when the core that transferred is gone', async () => {
    const port = await startTransfer()
    port.postMessage({ order: 'crash' } satisfies Order)
    await expect.poll(() => electron.fake.blockers.size).toBe(0)
  })
})

describe('links', () => {
  const received = (): string[] => {
    const links: string[] = []
    page().api.onLink((link) => links.push(link))
    return links
  }

  it('on the command line wait until the page listens', async () => {
    await startShell(LINK)
    expect(received()).toEqual([LINK])
  })

  it('of a second start and of the system reach the page that is there', async () => {
    await startShell()
    const links = received()
    electron.app.emit('second-instance', {}, ['shoal', `${LINK}?n=a`])
    electron.app.emit('open-url', { preventDefault: () => {} }, `${LINK}?n=b`)
    expect(links).toEqual([`${LINK}?n=a`, `${LINK}?n=b`])
  })

  it('that do not keep to the grammar are not shown to the page', async () => {
    await startShell('shoal:evil')
    const links = received()
    electron.app.emit('second-instance', {}, ['shoal', 'shoal://x'])
    electron.app.emit('open-url', { preventDefault: () => {} }, 'shoal:javascript')
    expect(links).toEqual([])
  })

  it('make Shoal the program for their scheme', async () => {
    await startShell()
    expect(electron.fake.protocolClients).toEqual(['shoal'])
  })
})

describe('the shell', () => {
  it('runs once: a second start leaves without window or core', async () => {
    electron.fake.hasLock = false
    await import(built('electron/main.js'))
    await electron.app.whenReady()
    expect(electron.fake.ended).toBe(true)
    expect([electron.fake.windows, electron.fake.forks]).toEqual([[], []])
  })

  it('listens to nothing a page says', () => {
    expect(readFileSync(built('electron/main.js'), 'utf8')).not.toContain('ipcMain')
    expect(readFileSync(built('electron/preload.cjs'), 'utf8')).not.toMatch(
      /ipcRenderer\.(send|invoke|postMessage)/,
    )
  })

  it('gives the page three functions and nothing of Electron', async () => {
    await startShell()
    expect(Object.keys(page().api).toSorted()).toEqual(['acquirePort', 'onLink', 'pathForFile'])
    expect(page().api.pathForFile({ path: '/home/somebody/a' })).toBe('/home/somebody/a')
  })
})
