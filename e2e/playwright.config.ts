import { defineConfig } from '@playwright/test'
import { compileCache } from '../scripts/lib/compile-cache.js'

Object.assign(process.env, compileCache())

// `npm test` finds the browser; alone, the system's is meant.
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
// Chromium's sandbox refuses root, which is who runs the tests in a container.
const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.spec.ts',
  outputDir: '../test-results',
  // A machine that is busy is slow, not wrong.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  // Every test starts cores of its own; more at once than cores of the machine only makes them slow.
  workers: 2,
  forbidOnly: process.env['CI'] !== undefined,
  use: {
    browserName: 'chromium',
    // Without a UTF-8 locale Chromium hands over no file whose name is not ASCII.
    launchOptions: { executablePath, args, env: { ...environment(), LC_ALL: 'C.UTF-8' } },
    locale: 'en-GB',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
})

function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([key, value]) => (value ? [[key, value]] : [])),
  )
}
