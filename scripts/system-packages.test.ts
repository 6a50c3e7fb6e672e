import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { missingPackages, whyNoPackages } from './lib/system-packages.js'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shoal-packages-'))
  vi.stubEnv('PATH', folder)
  vi.stubEnv('CHROMIUM', undefined)
})

afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

function program(name: string): void {
  const path = join(folder, name)
  writeFileSync(path, '#!/bin/sh\n')
  chmodSync(path, 0o755)
}

it('asks for the package of every program that is not here, under its own name', () => {
  expect(missingPackages()).toEqual(expect.arrayContaining(['chromium', 'bind9-dnsutils', 'aria2', 'wget']))
})

it('asks for nothing of which the program is here', () => {
  program('dig')
  program('google-chrome')
  const missing = missingPackages()
  expect(missing).not.toContain('bind9-dnsutils')
  expect(missing).not.toContain('chromium')
  expect(missing).toContain('aria2')
})

it('needs no Chromium where one is named', () => {
  vi.stubEnv('CHROMIUM', '/opt/mine')
  expect(missingPackages()).not.toContain('chromium')
})

it('installs nothing where that was forbidden', () => {
  vi.stubEnv('SHOAL_NO_APT', '1')
  expect(whyNoPackages()).toBe('SHOAL_NO_APT=1')
})
