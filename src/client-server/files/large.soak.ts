import { execFile, execFileSync } from 'node:child_process'
import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import { silentLogger, systemClock } from '../../base/index.ts'
import { createStore } from '../../store/index.ts'
import { ask, serve } from './test-server.ts'

const run = promisify(execFile)
const GIB = 2 ** 30
const SIZE = 5 * GIB
const MARK = Buffer.from('a mark')

it('serves 5 GiB: whole, continued beyond 4 GiB, in ranges, and as an archive that Python reads', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'shoal-large-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const path = join(dir, 'five.bin')
  const fd = openSync(path, 'w')
  ftruncateSync(fd, SIZE)
  for (const at of [0, 4 * GIB - 3, SIZE - MARK.length]) writeSync(fd, MARK, 0, MARK.length, at)
  closeSync(fd)
  const store = createStore({ clock: systemClock, log: silentLogger }, { home: join(dir, 'home') })
  await store.start()
  onTestFinished(() => store.stop())
  const stored = await store.addShare(path)
  const server = await serve([stored])
  const top = `/s/${stored.cid.toString()}`

  const around = await ask(server, `${top}/five.bin`, { Range: `bytes=${4 * GIB - 3}-${4 * GIB + 2}` })
  expect(around.headers['content-range']).toBe(`bytes ${4 * GIB - 3}-${4 * GIB + 2}/${SIZE}`)
  expect(around.body.equals(MARK)).toBe(true)

  const sum = `curl -sSf ${server.origin}${top}/five.bin | cmp - ${path}`
  await run('bash', ['-c', `set -o pipefail; ${sum}`])
  const part = join(dir, 'part')
  const partial = openSync(part, 'w')
  ftruncateSync(partial, 4 * GIB + 5)
  closeSync(partial)
  // What curl has is not what we have, but for its length: it goes on from there.
  await run('curl', ['-sSf', '-C', '-', '-o', part, `${server.origin}${top}/five.bin`])
  execFileSync('cmp', ['-i', String(4 * GIB + 5), part, path])

  const length = Number((await ask(server, `${top}.zip`, {}, 'HEAD')).headers['content-length'])
  const tail = await ask(server, `${top}.zip`, { Range: 'bytes=-1000' })
  writeFileSync(join(dir, 'tail'), tail.body)
  const script = `import zipfile,sys,os,zlib,json
d=sys.argv[1]; t=open(d+'/tail','rb').read(); f=open(d+'/a.zip','wb'); f.seek(${length}-len(t)); f.write(t); f.close()
crc=0
with open(d+'/five.bin','rb') as g:
  while b:=g.read(1<<24): crc=zlib.crc32(b,crc)
print(json.dumps([[i.filename,i.file_size,i.CRC==crc] for i in zipfile.ZipFile(d+'/a.zip').infolist()]))`
  const { stdout } = await run('python3', ['-c', script, dir])
  expect(JSON.parse(stdout)).toEqual([['five.bin/five.bin', SIZE, true]])
  expect(readFileSync(join(dir, 'tail')).length).toBe(1000)
})
