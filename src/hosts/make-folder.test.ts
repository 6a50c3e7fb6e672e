import { existsSync } from 'node:fs'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeFolder } from './make-folder.ts'

let dir: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shoal-folder-'))
})

afterEach(() => rm(dir, { recursive: true, force: true }))

it('makes a folder with all it lies in, and is content with one that is there', async () => {
  const path = join(dir, 'a', 'b', 'c')
  await makeFolder(path)
  await makeFolder(path)
  expect((await stat(path)).isDirectory()).toBe(true)
})

it.skipIf(process.platform === 'win32')('lets nobody else in', async () => {
  await makeFolder(join(dir, 'a', 'b'))
  expect((await stat(join(dir, 'a', 'b'))).mode & 0o077).toBe(0)
})

it('says what is in the way', async () => {
  await writeFile(join(dir, 'file'), '')
  await expect(makeFolder(join(dir, 'file'))).rejects.toMatchObject({ code: 'EEXIST' })
  await expect(makeFolder(join(dir, 'file', 'x'))).rejects.toMatchObject({ code: 'EEXIST' })
})

it('makes one that two ask for at once', async () => {
  const path = join(dir, 'a', 'b')
  await Promise.all([makeFolder(path), makeFolder(path)])
  expect(existsSync(path)).toBe(true)
})

it.skipIf(!existsSync('/proc/self'))('gives up where nothing can be made', async () => {
  await expect(makeFolder('/proc/shoal/home')).rejects.toMatchObject({ code: 'ENOENT' })
})
