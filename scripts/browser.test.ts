import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findBrowser } from './lib/browser.js'

const { env } = process
const before = { ...env }
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shoal-browser-'))
  delete env['CHROMIUM']
  // Nothing here may install anything.
  env['SHOAL_NO_APT'] = '1'
  env['PATH'] = folder
})

afterEach(() => {
  for (const name of ['CHROMIUM', 'SHOAL_NO_APT', 'PATH']) {
    if (before[name] === undefined) delete env[name]
    else env[name] = before[name]
  }
  rmSync(folder, { recursive: true })
})

function program(name: string): string {
  const path = join(folder, name)
  writeFileSync(path, '#!/bin/sh\n')
  chmodSync(path, 0o755)
  return path
}

describe('the browser of the end-to-end tests', () => {
  it('is the one that was named, before any on PATH', async () => {
    program('chromium')
    env['CHROMIUM'] = program('mine')
    expect(await findBrowser()).toEqual({ path: join(folder, 'mine') })
  })

  it('is never silently another one than was named', async () => {
    program('chromium')
    env['CHROMIUM'] = join(folder, 'missing')
    expect(await findBrowser()).toMatchObject({ path: undefined, reason: expect.stringContaining('missing') })
  })

  it('is found on PATH by any of its names', async () => {
    const path = program('google-chrome')
    expect(await findBrowser()).toEqual({ path })
    const chromium = program('chromium')
    expect(await findBrowser()).toEqual({ path: chromium })
  })

  it.runIf(process.getuid?.() === 0)('is not installed where that was forbidden', async () => {
    expect(await findBrowser()).toEqual({ path: undefined, reason: 'no Chromium, and SHOAL_NO_APT=1' })
  })
})
