import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isAlive } from './lib/ending.js'
import { hasDisplay, isExecutable, whyNoWindow } from './lib/electron-binary.js'
import { recentFailure } from './lib/electron-download.js'
import { root } from './lib/inputs.js'

/** Stands for the core: says where it listens and writes down how it ended. */
const CORE = `
import { writeFileSync } from 'node:fs'
writeFileSync('core.pid', String(process.pid))
const end = (how) => { writeFileSync('core.end', how); process.exit(0) }
process.on('SIGTERM', () => end('SIGTERM'))
process.on('SIGINT', () => end('SIGINT'))
process.on('disconnect', () => end('disconnect'))
setInterval(() => {}, 1000)
console.log(JSON.stringify({ event: 'ready', url: 'http://127.0.0.1:1/#token=t', args: process.argv.slice(2) }))
`

const posix = process.platform !== 'win32'
let project: string
const started: ChildProcess[] = []

/** A project whose build is current and whose core is the stand-in. */
beforeEach(async () => {
  project = mkdtempSync(join(tmpdir(), 'shoal-start-'))
  cpSync(join(root, 'scripts'), join(project, 'scripts'), { recursive: true })
  for (const folder of [
    'src',
    'renderer',
    'electron',
    'build/icons',
    'dist/core',
    'node_modules/vite',
    'node_modules/electron',
  ])
    mkdirSync(join(project, folder), { recursive: true })
  const manifest = { type: 'module', scripts: { start: 'exec node scripts/start.js' } }
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest))
  for (const file of ['vite.config.ts', 'package-lock.json']) writeFileSync(join(project, file), '{}')
  writeFileSync(join(project, 'dist/core/shoal.js'), CORE)
  const inputs = (await import(pathToFileURL(join(project, 'scripts/lib/inputs.js')).href)) as {
    writeStamp(folder: string, hash: string): void
    hashOfInputs(): string
  }
  inputs.writeStamp(join(project, 'dist'), inputs.hashOfInputs())
})

afterEach(async () => {
  await Promise.all(started.splice(0).map(endAndWait))
  rmSync(project, { recursive: true, force: true })
})

async function endAndWait(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const closed = once(child, 'close')
  child.kill('SIGTERM')
  await closed
}

interface Started {
  child: ChildProcess
  lines: string[]
  line(pattern: RegExp): Promise<string>
  ended(): Promise<number | null>
}

function start(command: string[], env: Record<string, string> = {}): Started {
  const child = spawn(command[0]!, command.slice(1), {
    cwd: project,
    env: { PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH']}`, HOME: project, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  started.push(child)
  const lines: string[] = []
  const waiting = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line)
      for (const check of waiting) check()
    })
  }
  const closed = once(child, 'close')
  return {
    child,
    lines,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const found = lines.find((line) => pattern.test(line))
          if (found !== undefined) resolve(found)
        }
        waiting.add(check)
        check()
        void closed.then(() => reject(new Error(`ended without ${pattern}:\n${lines.join('\n')}`)))
      }),
    ended: async () => ((await closed) as [number | null])[0],
  }
}

const NODE_START = [process.execPath, 'scripts/start.js']
const WITH_WINDOW = { SHOAL_ELECTRON: '1', DISPLAY: ':99', CI: '1' }

async function untilGone(pid: number): Promise<void> {
  await expect.poll(() => isAlive(pid), { timeout: 15_000 }).toBe(false)
}

const corePid = (): number => Number(readFileSync(join(project, 'core.pid'), 'utf8'))

/** Puts a program of the system where Electron's would be. */
function installElectron(program: string): void {
  const folder = join(project, 'node_modules/electron')
  mkdirSync(join(folder, 'dist'), { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ version: '45.3.4' }))
  writeFileSync(join(folder, 'dist/version'), '45.3.4')
  copyFileSync(program, join(folder, 'dist/electron'))
  chmodSync(join(folder, 'dist/electron'), 0o755)
  writeFileSync(join(folder, 'path.txt'), 'electron')
}

describe.runIf(posix)('npm start, without a display', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'prints the address and ends cleanly on %s',
    async (signal) => {
      const app = start(NODE_START)
      await app.line(/http:\/\/127\.0\.0\.1:1\/#token=t/)
      expect(app.lines.join('\n')).toMatch(/in the browser this time: .*(root|no display)/)
      app.child.kill(signal)
      expect(await app.ended()).toBe(0)
      expect(readFileSync(join(project, 'core.end'), 'utf8')).toBe('SIGTERM')
      expect(isAlive(corePid())).toBe(false)
    },
  )

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends with npm on %s, and npm reports no failure',
    async (signal) => {
      const app = start(['npm', 'start'])
      await app.line(/#token=t/)
      app.child.kill(signal)
      expect(await app.ended()).toBe(0)
      await untilGone(corePid())
    },
  )

  it('ends when npm is killed and can tell nobody', async () => {
    const app = start(['npm', 'start'])
    await app.line(/#token=t/)
    app.child.kill('SIGKILL')
    await untilGone(corePid())
  })

  it('takes the core along when it is killed itself', async () => {
    const app = start(NODE_START)
    await app.line(/#token=t/)
    app.child.kill('SIGKILL')
    await untilGone(corePid())
    expect(readFileSync(join(project, 'core.end'), 'utf8')).toBe('disconnect')
  })

  it('gives the core’s own exit code when the core ends by itself', async () => {
    writeFileSync(join(project, 'dist/core/shoal.js'), 'console.error("shoal: no"); process.exitCode = 7')
    const app = start(NODE_START)
    expect(await app.ended()).toBe(7)
  })

  it('asks for npm ci when packages are missing', async () => {
    rmSync(join(project, 'node_modules'), { recursive: true })
    const app = start(NODE_START)
    expect(await app.ended()).toBe(1)
    expect(app.lines.join('\n')).toContain('npm ci')
  })
})

describe.runIf(process.platform === 'linux')('npm start, with a display', () => {
  it('says that the sandbox was refused, and goes on in the browser', async () => {
    installElectron('/bin/cat')
    const app = start([...NODE_START, '--no-such-sandbox'], WITH_WINDOW)
    await app.line(/browser this time: .*sandbox/)
    await app.line(/#token=t/)
    app.child.kill('SIGTERM')
    expect(await app.ended()).toBe(0)
  })

  it('goes on in the browser when Electron ends at once for another reason', async () => {
    installElectron('/bin/false')
    const app = start(NODE_START, WITH_WINDOW)
    await app.line(/#token=t/)
    expect(app.lines.join('\n')).toContain('Electron ended at once (exit code 1)')
  })

  it('ends with the window, and starts no second core', async () => {
    installElectron('/bin/true')
    const app = start(NODE_START, WITH_WINDOW)
    expect(await app.ended()).toBe(0)
    expect(existsSync(join(project, 'core.pid'))).toBe(false)
  })

  it('does not take what is no program for Electron, and does not ask the package for it', async () => {
    installElectron('/bin/true')
    writeFileSync(join(project, 'node_modules/electron/dist/electron'), '#!/bin/sh\necho wrong\n')
    writeFileSync(join(project, 'node_modules/electron/index.js'), 'throw new Error("asked")')
    const app = start(NODE_START, WITH_WINDOW)
    await app.line(/Electron could not be downloaded/)
    await app.line(/#token=t/)
    expect(app.lines.join('\n')).not.toMatch(/wrong|asked/)
  })
})

describe.runIf(posix)('the one try to download Electron', () => {
  beforeEach(() => {
    const folder = join(project, 'node_modules/electron')
    for (const file of ['package.json', 'checksums.json', 'install.js'])
      copyFileSync(join(root, 'node_modules/electron', file), join(folder, file))
    symlinkSync(join(root, 'node_modules/@electron'), join(project, 'node_modules/@electron'))
  })

  async function mirror(
    answer: Parameters<typeof createServer>[1],
  ): Promise<{ url: string; tries: () => number }> {
    let tries = 0
    const server = createServer((request, response) => {
      tries++
      return (answer as (a: typeof request, b: typeof response) => void)(request, response)
    })
    server.listen(0, '127.0.0.1')
    server.unref()
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    return { url: `http://127.0.0.1:${port}/`, tries: () => tries }
  }

  it('is given up when nothing answers, says so, and is not made again today', async () => {
    const silent = await mirror(() => {})
    const env = { ...WITH_WINDOW, ELECTRON_MIRROR: silent.url, XDG_CACHE_HOME: project }
    const first = start(NODE_START, env)
    await first.line(/no answer within 5 s/)
    await first.line(/#token=t/)
    first.child.kill('SIGTERM')
    await first.ended()
    expect(silent.tries()).toBe(1)
    expect(recentFailure(project, Date.now())).toContain('no answer')
    expect(recentFailure(project, Date.now() + 25 * 3_600_000)).toBeUndefined()
  })

  it('shows its progress, and refuses an archive that is not the one the package names', async () => {
    const wrong = await mirror((_, response) => response.end(Buffer.alloc(3_000_000, 1)))
    const env = { ...WITH_WINDOW, ELECTRON_MIRROR: wrong.url, XDG_CACHE_HOME: project }
    const app = start(NODE_START, env)
    await app.line(/#token=t/)
    expect(app.lines.join('\n')).toMatch(/Electron: \d+ % of 3 MB/)
    expect(app.lines.join('\n')).toMatch(/could not be downloaded \(.*checksum/i)
  })

  it('stops when the app is told to end', async () => {
    const silent = await mirror(() => {})
    const app = start(NODE_START, { ...WITH_WINDOW, ELECTRON_MIRROR: silent.url, XDG_CACHE_HOME: project })
    await app.line(/trying to download/)
    await expect.poll(silent.tries).toBe(1)
    app.child.kill('SIGTERM')
    expect(await app.ended()).toBe(0)
    expect(existsSync(join(project, 'node_modules/.cache/shoal/electron-attempt.json'))).toBe(false)
  })
})

describe('whether to open a window', () => {
  it.each([
    [{ DISPLAY: ':0' }, 1000, undefined],
    [{ WAYLAND_DISPLAY: 'wayland-0' }, 1000, undefined],
    [{}, 1000, 'there is no display'],
    [{ DISPLAY: ':0' }, 0, 'Electron does not run as root'],
    [{ DISPLAY: ':0', SHOAL_ELECTRON: '0' }, 1000, 'SHOAL_ELECTRON=0 is set'],
    [{ SHOAL_ELECTRON: '1' }, 0, undefined],
  ])('%j as user %i: %s', (env, uid, reason) => {
    expect(whyNoWindow({ env, uid, platform: 'linux' })).toBe(reason)
  })

  it('counts a session from far away as no display', () => {
    expect(hasDisplay({ env: {}, uid: 501, platform: 'darwin' })).toBe(true)
    expect(hasDisplay({ env: { SSH_CONNECTION: '1' }, uid: 501, platform: 'darwin' })).toBe(false)
  })

  it('knows a program by how it begins', () => {
    expect(isExecutable(process.execPath)).toBe(true)
    expect(isExecutable(join(root, 'package.json'))).toBe(false)
    expect(isExecutable(join(root, 'no-such-file'))).toBe(false)
  })
})
