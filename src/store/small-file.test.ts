import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readFileIfThere, writeFileAtomic } from './small-file.ts'

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'shoal-small-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  return path
}

describe('a small file', () => {
  it('is replaced as a whole, for its owner alone, and leaves nothing beside it', async () => {
    const home = folder()
    const path = join(home, 'settings.json')
    expect(await readFileIfThere(path)).toBeUndefined()
    await writeFileAtomic(path, 'a long first version')
    await writeFileAtomic(path, Uint8Array.of(0x68, 0x69))
    expect(await readFileIfThere(path)).toBe('hi')
    expect(readdirSync(home)).toEqual(['settings.json'])
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('written by several at once is one of what they wrote', async () => {
    const path = join(folder(), 'settings.json')
    const texts = Array.from({ length: 8 }, (_, i) => String(i).repeat(10_000))
    await Promise.all(texts.map((text) => writeFileAtomic(path, text)))
    expect(texts).toContain(readFileSync(path, 'utf8'))
  })

  it('that cannot be put in its place leaves nothing beside it, and the failure is told', async () => {
    const home = folder()
    mkdirSync(join(home, 'taken', 'full'), { recursive: true })
    await expect(writeFileAtomic(join(home, 'taken'), 'text')).rejects.toThrow()
    expect(readdirSync(home)).toEqual(['taken'])
    await expect(readFileIfThere(join(home, 'taken'))).rejects.toThrow()
  })
})
