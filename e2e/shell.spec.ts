// The desktop app without its binary: main as built, over a fake Electron whose core is the real one, and its page with the
// preload as built in a real browser, every file through main's own `app://` handler. What only Electron can show, its
// sandbox and its windows, is not shown here.
import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fileURLToPath } from 'node:url'
import type { MessagePort } from 'node:worker_threads'
import type { Page } from '@playwright/test'
import type * as FakeElectron from '../electron/testing/fake-electron.ts'
import { expect, expectAccessible, test } from './fixtures.ts'

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url))
const ELECTRON = pathToFileURL(at('electron/testing/fake-electron.ts')).href
/** Stands for app://shoal, which a browser cannot be taught from outside; intercepted, never resolved. */
const ORIGIN = 'https://shoal.test'

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: ELECTRON, shortCircuit: true } : next(specifier, context),
})

/** Runs before the page: the preload as built, with what it may require, and a bridge for the one port. */
function preloadScript(preload: string): string {
  return `(() => {
    const listeners = {}
    const electron = {
      ipcRenderer: { on: (channel, listener) => (listeners[channel] = listener) },
      contextBridge: { exposeInMainWorld: (name, api) => (window[name] = Object.freeze(api)) },
      webUtils: { getPathForFile: (file) => window.pathsOfFiles[file.name] ?? '' },
    }
    window.pathsOfFiles = {}
    ;((require) => {
${preload}
    })((name) => electron)
    window.bridge = {
      open: (channel) => {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = ({ data }) => window.toCore(data)
        window.bridge.fromCore = (frame) => port1.postMessage(frame)
        listeners[channel]({ ports: [port2] })
      },
      send: (channel, value) => listeners[channel]({ ports: [] }, value),
    }
  })()`
}

interface Bridge {
  readonly bridge: {
    open(channel: string): void
    send(channel: string, value: unknown): void
    fromCore(frame: unknown): void
  }
  readonly pathsOfFiles: Record<string, string>
}

const shellTest = test.extend<{ electron: typeof FakeElectron }>({
  electron: async ({ page, folder }, provide) => {
    const electron = (await import(ELECTRON)) as typeof FakeElectron
    const { fake } = electron
    let core: MessagePort | undefined
    let loaded = false
    await page.exposeFunction('toCore', (frame: unknown) => core?.postMessage(frame))
    await page.route(`${ORIGIN}/**`, async (route) => {
      const url = route.request().url().replace(ORIGIN, 'app://shoal')
      const response = await fake.handlers.get('app')!(new Request(url))
      const body = Buffer.from(await response.arrayBuffer())
      await route.fulfill({ status: response.status, headers: Object.fromEntries(response.headers), body })
    })
    fake.openPage = () => {
      const ipcRenderer = new EventEmitter()
      ipcRenderer.on('shoal:port', ({ ports }: { ports: MessagePort[] }) => {
        // The fake window loads at once; the browser's page is there a little later, and is loaded again below.
        if (!loaded) return
        core = ports[0]!
        core.on('message', (frame) => {
          void page.evaluate((data) => (window as unknown as Bridge).bridge.fromCore(data), frame)
        })
        void page.evaluate(() => (window as unknown as Bridge).bridge.open('shoal:port'))
      })
      ipcRenderer.on('shoal:link', (_event, link: string) => {
        void page.evaluate((text) => (window as unknown as Bridge).bridge.send('shoal:link', text), link)
      })
      return { ipcRenderer }
    }
    await page.addInitScript(preloadScript(readFileSync(at('dist/electron/preload.cjs'), 'utf8')))

    fake.packaged = false
    process.argv = ['electron', '/app', '--', '--home', join(folder, 'home'), '--no-mdns', '--no-dht']
    await import(pathToFileURL(at('dist/electron/main.js')).href)
    await expect.poll(() => fake.handlers.size).toBe(1)
    await page.goto(`${ORIGIN}/index.html`)
    loaded = true
    fake.windows[0]!.webContents.reload()
    await provide(electron)
    electron.app.quit()
    await expect.poll(() => fake.ended).toBe(true)
  },
})

/** The smallest there is: one downloader, both ways. */
async function race(page: Page): Promise<void> {
  shellTest.setTimeout(240_000)
  await page.keyboard.press('Escape')
  await page.getByRole('navigation').first().getByRole('link', { name: 'Compare' }).click()
  await page.getByRole('textbox', { name: 'Downloaders N' }).fill('1')
  await page.getByRole('textbox', { name: 'Size' }).fill('200 KiB')
  await page.getByRole('button', { name: /^Start/ }).click()
  await expect(page.getByText(/^With one downloader:/)).toBeVisible({ timeout: 60_000 })
}

shellTest(
  'the page in the shell reaches the core, shares by path, takes a link from the system, and races',
  async ({ electron, page, folder }) => {
    const violations: string[] = []
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) violations.push(message.text())
    })
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()

    await mkdir(join(folder, 'Slides'))
    await writeFile(join(folder, 'Slides', 'one.txt'), 'one')
    electron.fake.picked = [join(folder, 'Slides')]
    await page
      .getByRole('button', { name: /folder/i })
      .first()
      .click()
    await expect(page.getByText('Slides').first()).toBeVisible()

    const link = `shoal:bafyrei${'a'.repeat(52)}?n=Holiday`
    electron.app.emit('second-instance', {}, ['shoal', link])
    await expect(page.locator(`input[value="${link}"], textarea`).first()).toHaveValue(link)

    await expectAccessible(page)

    await race(page)
    // The core cannot fork here: the shell did.
    const programs = electron.fake.forks.map(({ modulePath }) => modulePath.split('/').at(-1))
    expect(programs).toEqual(['utility.js', 'racer.js', 'racer.js'])
    expect(violations).toEqual([])
  },
)
