import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { DEADLINE_MS } from './limits.ts'

/** The command as built; another build (a packaged app's) may be named instead. */
export const SHOAL =
  process.env['SHOAL_UNDER_TEST'] ?? fileURLToPath(new URL('../../dist/core/shoal.js', import.meta.url))

/** One line of `--json`. */
export type Line = Record<string, unknown>

export interface ProcessOptions {
  /** Run inside this network namespace. */
  readonly namespace?: string | undefined
  readonly node?: string
  /** Milliseconds that any one wait may last. */
  readonly deadlineMs?: number
}

/** A running `shoal` command: what it printed, and the means to wait for it and to end it. */
export class ShoalProcess {
  readonly args: readonly string[]
  readonly #child: ChildProcessWithoutNullStreams
  readonly #closed: Promise<unknown>
  readonly #watchers = new Set<() => void>()
  readonly #deadlineMs: number
  stdout = ''
  stderr = ''

  constructor(args: readonly string[], options: ProcessOptions = {}) {
    const { namespace, node = process.execPath } = options
    this.args = args
    this.#deadlineMs = options.deadlineMs ?? DEADLINE_MS
    const command = [node, SHOAL, ...args]
    const [program, ...rest] =
      namespace === undefined ? command : ['ip', 'netns', 'exec', namespace, ...command]
    this.#child = spawn(program!, rest, { stdio: 'pipe' })
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text
      this.#tell()
    })
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
      this.#tell()
    })
    // Writing to a process that just ended is no failure of the test's own.
    this.#child.stdin.on('error', () => {})
    this.#closed = once(this.#child, 'close').then(() => this.#tell())
  }

  get pid(): number {
    return this.#child.pid!
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Every whole line of standard output as JSON. Throws on a line that is none: `--json` promises nothing else. */
  get lines(): Line[] {
    return this.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => {
        try {
          return JSON.parse(line) as Line
        } catch (cause) {
          throw new Error(`not JSON on stdout: ${line}`, { cause })
        }
      })
  }

  events(name: string): Line[] {
    return this.lines.filter(({ event }) => event === name)
  }

  /** The first event of that name (and shape), as soon as it is there. */
  async event(name: string, isWanted: (event: Line) => boolean = () => true): Promise<Line> {
    return this.#until(`the event "${name}"`, () => this.events(name).find(isWanted))
  }

  /** Resolves once standard output contains `text`. */
  async says(text: string): Promise<void> {
    await this.#until(`"${text}"`, () => this.stdout.includes(text) || undefined)
  }

  /** Exit code, or the signal that ended it. */
  async exit(): Promise<number | NodeJS.Signals> {
    return this.#until('its end', () =>
      this.isRunning ? undefined : (this.#child.exitCode ?? this.#child.signalCode!),
    ).then(async (code) => (await this.#closed, code))
  }

  type(line: string): void {
    this.#child.stdin.write(`${line}\n`)
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** As a power cut would: nothing is said to anybody. */
  async kill(): Promise<void> {
    if (this.isRunning) this.signal('SIGKILL')
    await this.#closed
  }

  async interrupt(signal: NodeJS.Signals = 'SIGINT'): Promise<number | NodeJS.Signals> {
    this.signal(signal)
    return this.exit()
  }

  #tell(): void {
    for (const watcher of this.#watchers) watcher()
  }

  #until<T>(what: string, find: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        try {
          const found = find()
          if (found !== undefined) settle(() => resolve(found))
          else if (!this.isRunning && this.#child.stdout.closed)
            settle(() => reject(this.#failure(`ended before ${what}`)))
        } catch (error) {
          settle(() => reject(error))
        }
      }
      const settle = (done: () => void): void => {
        clearTimeout(timer)
        this.#watchers.delete(look)
        done()
      }
      const timer = setTimeout(
        () => settle(() => reject(this.#failure(`waited in vain for ${what}`))),
        this.#deadlineMs,
      )
      this.#watchers.add(look)
      look()
    })
  }

  #failure(why: string): Error {
    return new Error(
      `shoal ${this.args.join(' ')}: ${why}\n--- stdout\n${this.stdout}\n--- stderr\n${this.stderr}`,
    )
  }
}
