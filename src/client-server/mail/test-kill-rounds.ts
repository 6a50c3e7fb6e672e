/** For tests: numbered messages between two servers that are killed again and again. Not part of `index.ts`. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { seededRandom, type Random } from '../../base/index.ts'
import { freePort } from '../../transport/test-port.ts'

export interface KillResult {
  /** Numbers in the mailbox, as they lie there. */
  readonly arrived: readonly number[]
  readonly kills: number
}

/** A server that is started again whenever it dies. */
class Mortal {
  readonly #args: readonly string[]
  readonly onLine: (line: Record<string, unknown>) => void
  #child: ChildProcess | undefined
  #isReady = false

  constructor(args: readonly string[], onLine: (line: Record<string, unknown>) => void) {
    this.#args = args
    this.onLine = onLine
  }

  get isReady(): boolean {
    return this.#isReady
  }

  async start(): Promise<void> {
    const path = fileURLToPath(new URL('test-kill-child.ts', import.meta.url))
    const child = spawn(process.execPath, [path, ...this.#args], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#child = child
    child.stdin.on('error', () => {})
    const lines = createInterface(child.stdout)
    const ready = new Promise<void>((resolve, reject) => {
      child.once('exit', () => reject(new Error('a server ended before it was ready')))
      lines.on('line', (text) => {
        const line = JSON.parse(text) as Record<string, unknown>
        if (line['ready']) resolve()
        else this.onLine(line)
      })
    })
    await ready
    this.#isReady = true
  }

  say(line: string): void {
    if (this.#isReady) this.#child!.stdin!.write(`${line}\n`)
  }

  async kill(): Promise<void> {
    this.#isReady = false
    const gone = once(this.#child!, 'exit')
    this.#child!.kill('SIGKILL')
    await gone
  }
}

/** Sends `count` messages from one server to the other while one of the two is killed `kills` times; gives what lies in the mailbox in the end. */
export async function killRounds(
  folders: readonly [string, string],
  options: { count: number; kills: number; seed: number },
): Promise<KillResult> {
  const random = seededRandom(options.seed)
  const [portA, portB] = [await freePort(), await freePort()]
  const unsent = new Set(Array.from({ length: options.count }, (_, i) => i))
  let last: { numbers: number[]; waiting: number } | undefined
  const hear = (line: Record<string, unknown>): void => {
    if (typeof line['sent'] === 'number') unsent.delete(line['sent'])
    else last = line as { numbers: number[]; waiting: number }
  }
  const a = new Mortal(['a.test', folders[0], String(portA), 'b.test', String(portB)], hear)
  const b = new Mortal(['b.test', folders[1], String(portB), 'a.test', String(portA)], hear)
  await Promise.all([a.start(), b.start()])
  try {
    for (let kill = 0; kill < options.kills; kill++) {
      offer(a, unsent, Math.ceil(options.count / options.kills), random)
      await pause(20 + random.below(250))
      const victim = random.below(2) === 0 ? a : b
      await victim.kill()
      await victim.start()
    }
    // Whoever was not told that a message was taken says it again; whoever was told does not.
    while (unsent.size > 0) {
      offer(a, unsent, options.count, random)
      await pause(100)
    }
    for (;;) {
      b.say('count')
      await pause(100)
      if (last && new Set(last.numbers).size === options.count)
        return { arrived: last.numbers, kills: options.kills }
    }
  } finally {
    await Promise.all([a, b].filter(({ isReady }) => isReady).map((each) => each.kill()))
  }
}

function offer(to: Mortal, unsent: ReadonlySet<number>, most: number, random: Random): void {
  const start = random.below(Math.max(1, unsent.size - most))
  for (const number of [...unsent].slice(start, start + most)) to.say(`send ${number}`)
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
