import { access, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { utf8, VirtualClock, seededRandom } from '../../base/index.ts'
import { UPLOAD_IDLE_MS } from '../limits.ts'
import { Uploads } from './uploads.ts'

async function* body(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield utf8(text)
}

async function* breaksOff(): AsyncGenerator<Uint8Array> {
  yield utf8('half')
  throw new Error('the page went away')
}

describe('Uploads', () => {
  let home: string
  let clock: VirtualClock
  let uploads: Uploads
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'shoal-uploads-'))
    clock = new VirtualClock()
    uploads = new Uploads({ home, clock, random: seededRandom(1) })
  })
  afterEach(() => rm(home, { recursive: true, force: true }))

  it('gives the one file or folder that was sent, or the folder around several', async () => {
    const one = uploads.begin()
    await uploads.write(one, '사진/a.txt', body('he', 'llo'))
    await uploads.write(one, '사진/b/c.txt', body(''))
    const path = await uploads.finish(one)
    expect(basename(path)).toBe('사진')
    expect(await readFile(join(path, 'a.txt'), 'utf8')).toBe('hello')
    const two = uploads.begin()
    await uploads.write(two, 'x', body('1'))
    await uploads.write(two, 'y', body('2'))
    const folder = await uploads.finish(two, 'Week 1')
    expect(basename(folder)).toBe('Week 1')
    expect((await readdir(folder)).sort()).toEqual(['x', 'y'])
  })

  it.each(['../x', '/etc/passwd', 'a/../../x', 'a\\b', 'CON', 'a//b', '', 'a/./b', 'x\0y', 'a:b'])(
    'refuses the path %j and writes nothing',
    async (path) => {
      const id = uploads.begin()
      await expect(uploads.write(id, path, body('x'))).rejects.toMatchObject({ code: 'bad-name' })
      expect(await readdir(home)).toEqual([])
    },
  )

  it('leaves nothing of a file whose stream breaks off, and refuses to finish with nothing', async () => {
    const id = uploads.begin()
    await expect(uploads.write(id, 'a', breaksOff())).rejects.toThrow()
    expect(await readdir(join(home, 'uploads', id, 'sent'))).toEqual([])
    await expect(uploads.finish(id)).rejects.toThrow(/nothing was sent/)
  })

  it('never overwrites a file of the same upload', async () => {
    const id = uploads.begin()
    await uploads.write(id, 'a', body('first'))
    await expect(uploads.write(id, 'a', body('second'))).rejects.toThrow()
    expect(await readFile(await uploads.finish(id), 'utf8')).toBe('first')
  })

  it('forgets an upload that nobody goes on with, and refuses too many', async () => {
    const id = uploads.begin()
    await uploads.write(id, 'a', body('x'))
    clock.advance(UPLOAD_IDLE_MS)
    await expect(uploads.write(id, 'b', body('x'))).rejects.toMatchObject({ code: 'not-found' })
    for (let i = 0; i < 8; i++) uploads.begin()
    expect(() => uploads.begin()).toThrow(/too many/)
    await uploads.stop()
    expect(clock.pending).toBe(0)
  })

  it('removes what no share lies in when it starts, and a share’s folder when that is removed', async () => {
    const id = uploads.begin()
    await uploads.write(id, 'a', body('x'))
    const path = await uploads.finish(id)
    const left = uploads.begin()
    await uploads.write(left, 'b', body('x'))
    await new Uploads({ home, clock, random: seededRandom(2) }).clean([path])
    expect(await readdir(join(home, 'uploads'))).toEqual([id])
    await uploads.removeShared('/somewhere/else')
    await uploads.removeShared(path)
    await expect(access(path)).rejects.toThrow()
  })
})
