import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../base/index.ts'
import { SettingsFile } from './settings.ts'

describe('SettingsFile', () => {
  let home: string
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'shoal-settings-'))
  })
  afterEach(() => rm(home, { recursive: true, force: true }))

  it('keeps what was set across a restart', async () => {
    const first = await SettingsFile.open(home, silentLogger)
    await first.update({ name: '민수의 노트북', limitUp: 20e6 })
    const second = await SettingsFile.open(home, silentLogger)
    expect(second.current).toMatchObject({ name: '민수의 노트북', limitUp: 20e6, theme: 'system' })
  })

  it('refuses a value that is not allowed and changes nothing', async () => {
    const settings = await SettingsFile.open(home, silentLogger, { name: 'A' })
    await expect(settings.update({ limitUp: -1 })).rejects.toMatchObject({ code: 'bad-setting' })
    await expect(settings.update({ name: '   ' })).rejects.toMatchObject({ code: 'bad-setting' })
    expect(settings.current).toMatchObject({ limitUp: 0, name: 'A' })
  })

  it('keeps an unreadable file aside and starts with the defaults', async () => {
    await writeFile(join(home, 'settings.json'), '{ not json')
    const settings = await SettingsFile.open(home, silentLogger, { name: 'A' })
    expect(settings.current.name).toBe('A')
    const [aside] = await readdir(home)
    expect(aside).toMatch(/^settings\.json\.unreadable-/)
    expect(await readFile(join(home, aside!), 'utf8')).toBe('{ not json')
  })

  it('loses one bad value, not the others, and drops keys it does not know', async () => {
    const text = JSON.stringify({ version: 1, name: 'B', theme: 'purple', limitDown: 5e6, other: true })
    await writeFile(join(home, 'settings.json'), text)
    const settings = await SettingsFile.open(home, silentLogger)
    expect(settings.current).toMatchObject({ name: 'B', theme: 'system', limitDown: 5e6 })
    expect(settings.current).not.toHaveProperty('other')
  })

  it('does not touch a file of a later version', async () => {
    await writeFile(join(home, 'settings.json'), JSON.stringify({ version: 99, name: 'B' }))
    await SettingsFile.open(home, silentLogger)
    expect((await readdir(home))[0]).toMatch(/unreadable/)
  })
})
