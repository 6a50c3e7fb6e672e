// The app in Electron itself. Skipped, never passed, where its binary or a display is not to be had; REQUIRE_ELECTRON=1
// makes that a failure.
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { _electron } from '@playwright/test'
import { findElectron, hasDisplay, thisMachine } from '../scripts/lib/electron-binary.js'
import { expect, test } from './fixtures.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const required = process.env['REQUIRE_ELECTRON'] === '1'
const executablePath = findElectron(root)
const possible = executablePath !== undefined && hasDisplay(thisMachine())

test.describe('in Electron', () => {
  test.skip(!possible && !required, 'needs the Electron binary and a display')

  async function launch(folder: string) {
    if (executablePath === undefined) throw new Error('REQUIRE_ELECTRON=1, and there is no Electron binary')
    // As root only a container runs this, where Chromium has no sandbox.
    const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
    return _electron.launch({
      executablePath,
      args: [...sandbox, root, '--', '--home', join(folder, 'home'), '--no-mdns', '--no-dht'],
      env: { ...process.env, HOME: folder },
    })
  }

  test('the window shows the page, which has reached its core', async ({ folder }) => {
    const app = await launch(folder)
    const window = await app.firstWindow()
    await expect(window.getByRole('heading', { level: 1 })).toBeVisible()
    expect(window.url()).toContain('app://shoal/')
    const preferences = await app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]!.webContents as unknown as {
        getLastWebPreferences(): Record<string, unknown>
      }
      const { sandbox, contextIsolation, nodeIntegration } = contents.getLastWebPreferences()
      return { sandbox, contextIsolation, nodeIntegration }
    })
    expect(preferences).toEqual({ sandbox: true, contextIsolation: true, nodeIntegration: false })
    const core = await app.evaluate(({ app: electron }) =>
      electron
        .getAppMetrics()
        .filter(({ name }) => name === 'Shoal core')
        .map(({ type }) => type),
    )
    expect(core).toEqual(['Utility'])
    await app.close()
  })

  test('the page reaches nothing outside, and no Node', async ({ folder }) => {
    const app = await launch(folder)
    const window = await app.firstWindow()
    const outside = await window.evaluate(() => fetch('http://127.0.0.1:1/').then(String, () => 'refused'))
    const globals = await window.evaluate(() =>
      ['require', 'process', 'module'].filter((name) => name in globalThis),
    )
    expect({ outside, globals }).toEqual({ outside: 'refused', globals: [] })
    await window.evaluate(() => globalThis.open('https://example.org/'))
    expect(app.windows()).toHaveLength(1)
    await app.close()
  })
})
