import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const SHOAL = fileURLToPath(new URL('../dist/core/shoal.js', import.meta.url))

/** Hermetic unless a test says otherwise: no multicast, so that cores of other tests and of the machine stay out. */
const APART = ['--no-mdns', '--no-dht', '--listen', '/ip4/127.0.0.1/tcp/0']

export interface CoreProcess {
  /** Address of the page, with its token. */
  readonly url: string
  readonly home: string
  readonly pid: number
  /** What the core wrote to stderr. */
  log(): string
  stop(): Promise<void>
  kill(): Promise<void>
}

/** Starts `shoal serve` as a process of its own and waits until it is ready. */
export async function startCore(
  folder: string,
  name: string,
  args: readonly string[] = APART,
): Promise<CoreProcess> {
  const home = join(folder, name)
  await mkdir(home, { recursive: true })
  const command = [SHOAL, 'serve', '--json', '--home', home, '--name', name, ...args]
  const child = spawn(process.execPath, command, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // The default place for downloads is below the user's folder.
    env: { ...process.env, HOME: home, USERPROFILE: home },
  })
  let log = ''
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (log += text))
  const closed = once(child, 'close')
  const url = await readyUrl(child, () => log)
  return {
    url,
    home,
    pid: child.pid!,
    log: () => log,
    stop: () => end(child, closed, 'SIGTERM'),
    kill: () => end(child, closed, 'SIGKILL'),
  }
}

async function readyUrl(child: ChildProcess, log: () => string): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const event = JSON.parse(line) as { event?: string; url?: string }
    if (event.event === 'ready' && event.url !== undefined) return event.url
  }
  throw new Error(`shoal serve ended before it was ready:\n${log()}`)
}

async function end(child: ChildProcess, closed: Promise<unknown>, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal)
  await closed
}
