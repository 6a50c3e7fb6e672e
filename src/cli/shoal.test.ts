// The `shoal` command as built (`npm run build`).
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { isAlive } from '../../scripts/lib/ending.js'

const SHOAL = fileURLToPath(new URL('../../dist/core/shoal.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'shoal-launcher-'))
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))

/** A Node of the machine that is too old for the program itself. */
function findOldNode(): string | undefined {
  const candidates = (process.env['PATH'] ?? '').split(delimiter).map((path) => join(path, 'node'))
  return candidates.find((path) => {
    try {
      accessSync(path)
      const version = execFileSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' })
      return Number.parseInt(version, 10) < 24
    } catch {
      return false
    }
  })
}

const oldNode = findOldNode()

async function run(node: string, ...args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(node, [SHOAL, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, output }
}

/** Starts `shoal serve` below `node` and waits until it is ready; gives the launcher and the process that serves. */
async function serve(node: string) {
  const home = mkdtempSync(join(folder, 'home-'))
  const args = [SHOAL, 'serve', '--json', '--home', home, '--no-mdns', '--no-dht']
  const launcher = spawn(node, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(createInterface({ input: launcher.stdout }), 'line')) as [string]
  expect(JSON.parse(line)).toMatchObject({ event: 'ready' })
  const { pid } = JSON.parse(readFileSync(join(home, 'core.json'), 'utf8')) as { pid: number }
  return { launcher, pid }
}

describe('the shoal command', () => {
  it('reads nothing but Node’s own modules before it knows that Node is new enough', () => {
    const text = readFileSync(SHOAL, 'utf8')
    const specifiers = [...text.matchAll(/^import\b[^'"]*["']([^"']+)["']/gm)].map(
      ([, specifier]) => specifier,
    )
    expect(specifiers.length).toBeGreaterThan(0)
    expect(specifiers.filter((specifier) => !specifier!.startsWith('node:'))).toEqual([])
    expect(text).toMatch(/^#!\/usr\/bin\/env node\n/)
  })

  it('gives the program’s exit code', async () => {
    expect(await run(process.execPath, '--help')).toMatchObject({ code: 0 })
    expect(await run(process.execPath, 'no-such-command')).toMatchObject({ code: 2 })
  })
})

describe.runIf(oldNode !== undefined)('the shoal command, started by an older Node', () => {
  it('runs on the Node of the checkout, with its output and exit codes', async () => {
    const help = await run(oldNode!, '--help')
    expect(help).toMatchObject({ code: 0, output: (await run(process.execPath, '--help')).output })
    expect(await run(oldNode!, 'no-such-command')).toMatchObject({ code: 2 })
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('passes %s on, and leaves no process', async (signal) => {
    const { launcher, pid } = await serve(oldNode!)
    expect(pid).not.toBe(launcher.pid)
    launcher.kill(signal)
    const [code] = (await once(launcher, 'close')) as [number]
    expect(code).toBe(130)
    expect(isAlive(pid)).toBe(false)
  })

  it('takes the program along when it is killed itself', async () => {
    const { launcher, pid } = await serve(oldNode!)
    launcher.kill('SIGKILL')
    await expect.poll(() => isAlive(pid)).toBe(false)
  })
})
