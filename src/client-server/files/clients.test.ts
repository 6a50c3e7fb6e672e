import { execFile, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { silentLogger, systemClock } from '../../base/index.ts'
import { testBytes } from '../../content/test-shares.ts'
import { createStore, type StoredShare } from '../../store/index.ts'
import { serve } from './test-server.ts'

/** Programs people really download with, against a share on the disk. */
const run = promisify(execFile)
const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0
const HAS = {
  curl: has('curl'),
  wget: has('wget'),
  aria2c: has('aria2c'),
  unzip: spawnSync('unzip', ['-v']).status === 0,
}
const BIG = testBytes(12_345_678)

function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'shoal-clients-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

async function shareOnDisk(): Promise<{ stored: StoredShare; out: string; source: string }> {
  const dir = tempDir()
  const source = join(dir, '수업 자료')
  mkdirSync(join(source, '강의'), { recursive: true })
  writeFileSync(join(source, '강의', '동영상 1.bin'), BIG)
  writeFileSync(join(source, 'empty.txt'), '')
  writeFileSync(join(source, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 })
  for (let i = 0; i < 300; i++) writeFileSync(join(source, `f${i}.txt`), testBytes(i, i + 1))
  const store = createStore({ clock: systemClock, log: silentLogger }, { home: join(dir, 'home') })
  await store.start()
  onTestFinished(() => store.stop())
  const stored = await store.addShare(source)
  const out = join(dir, 'out')
  mkdirSync(out)
  return { stored, out, source }
}

async function served() {
  const made = await shareOnDisk()
  const server = await serve([made.stored])
  const top = `${server.origin}/s/${made.stored.cid.toString()}`
  return { ...made, top, big: `${top}/${encodeURIComponent('강의')}/${encodeURIComponent('동영상 1.bin')}` }
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

describe('programs people download with', () => {
  it.skipIf(!HAS.curl)(
    'curl: whole, from the middle, a name from the server, an empty file, conditions',
    async () => {
      const { big, top, out } = await served()
      await run('curl', ['-sSfOJ', big], { cwd: out })
      const [name = '', ...others] = readdirSync(out)
      expect(others).toEqual([])
      expect(digest(readFileSync(join(out, name)))).toBe(digest(BIG))
      writeFileSync(join(out, 'part'), BIG.subarray(0, 5_000_001))
      await run('curl', ['-sSf', '-C', '-', '-o', 'part', big], { cwd: out })
      expect(digest(readFileSync(join(out, 'part')))).toBe(digest(BIG))
      await run('curl', ['-sSf', '-o', 'empty', `${top}/empty.txt`], { cwd: out })
      expect(statSync(join(out, 'empty')).size).toBe(0)
      await run('curl', ['-sSf', '--etag-save', 'etag', '-o', 'one', big], { cwd: out })
      const again = await run(
        'curl',
        ['-sS', '--etag-compare', 'etag', '-o', 'two', '-w', '%{http_code}', big],
        { cwd: out },
      )
      expect(again.stdout).toBe('304')
    },
  )

  it.skipIf(!HAS.wget)('wget -c: goes on where it was, and leaves a whole file as it is', async () => {
    const { big, out } = await served()
    writeFileSync(join(out, 'part'), BIG.subarray(0, 7_000_003))
    await run('wget', ['-q', '-c', '-O', 'part', big], { cwd: out })
    expect(digest(readFileSync(join(out, 'part')))).toBe(digest(BIG))
    await run('wget', ['-q', '-c', '-O', 'part', big], { cwd: out })
    expect(digest(readFileSync(join(out, 'part')))).toBe(digest(BIG))
  })

  it.skipIf(!HAS.aria2c)('aria2c -x4: four ranges at once', async () => {
    const { big, out } = await served()
    await run('aria2c', ['-q', '-x4', '-s4', '-k1M', '--file-allocation=none', '-o', 'big', big], {
      cwd: out,
    })
    expect(digest(readFileSync(join(out, 'big')))).toBe(digest(BIG))
  })

  it.skipIf(!HAS.curl || !HAS.unzip)(
    'curl and unzip: a folder as one archive, interrupted and continued',
    async () => {
      const { top, out, source } = await served()
      await run('curl', ['-sSf', '-r', '0-999999', '-o', 'a.zip', `${top}.zip`], { cwd: out })
      await run('curl', ['-sSf', '-C', '-', '-o', 'a.zip', `${top}.zip`], { cwd: out })
      await run('unzip', ['-q', 'a.zip'], { cwd: out, env: { ...process.env, LC_ALL: 'C.UTF-8' } })
      const names = readdirSync(source, { recursive: true, encoding: 'utf8' }).toSorted()
      const root = join(out, '수업 자료')
      expect(readdirSync(root, { recursive: true, encoding: 'utf8' }).toSorted()).toEqual(names)
      for (const name of names) {
        if (statSync(join(source, name)).isDirectory()) continue
        expect(digest(readFileSync(join(root, name)))).toBe(digest(readFileSync(join(source, name))))
      }
      expect(statSync(join(root, 'run.sh')).mode & 0o111).toBe(0o111)
    },
  )

  it.skipIf(!HAS.curl)(
    'curl: a file that changed since it was shared is not given, whole or in part',
    async () => {
      const { big, out, source } = await served()
      const other = Buffer.from(BIG)
      other[6_000_000]! ^= 1
      writeFileSync(join(source, '강의', '동영상 1.bin'), other)
      const { stdout } = await run('curl', ['-sS', '-o', 'big', '-w', '%{http_code}', big], { cwd: out })
      expect(stdout).toBe('503')
    },
  )
})
