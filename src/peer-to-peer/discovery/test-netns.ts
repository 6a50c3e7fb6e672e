import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'

/** For tests: why network namespaces cannot be made here; undefined when they can. */
export function noNamespaces(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces exist on Linux only'
  if (process.getuid?.() !== 0) return 'network namespaces need root'
  try {
    const probe = `shoal-probe-${process.pid}`
    ip('netns', 'add', probe)
    ip('netns', 'del', probe)
    return undefined
  } catch {
    return '`ip netns` does not work here'
  }
}

export function ip(...words: string[]): void {
  execFileSync('ip', words, { stdio: 'pipe' })
}

let count = 0

/** For tests: a network namespace with loopback up, and the programs run in it. */
export class Namespace {
  // Interfaces have names of 15 characters at most.
  readonly name = `shoal${process.pid}x${count++}`
  readonly #children: ChildProcess[] = []

  constructor() {
    ip('netns', 'add', this.name)
    this.ip('link', 'set', 'lo', 'up')
  }

  ip(...words: string[]): void {
    ip('-n', this.name, ...words)
  }

  /** A cable to another namespace; `mine` and `theirs` are names, addresses follow with `address`. */
  cable(mine: string, other: Namespace, theirs: string): void {
    this.ip('link', 'add', mine, 'type', 'veth', 'peer', 'name', theirs, 'netns', other.name)
    this.ip('link', 'set', mine, 'up')
    other.ip('link', 'set', theirs, 'up')
  }

  /** An interface that leads nowhere. */
  deadEnd(name: string, address: string): void {
    this.ip('link', 'add', name, 'type', 'veth', 'peer', 'name', `${name}-end`)
    this.ip('link', 'set', name, 'up')
    this.ip('link', 'set', `${name}-end`, 'up')
    this.address(name, address)
  }

  address(name: string, address: string): void {
    // nodad: an IPv6 address is otherwise not usable for a second or two.
    this.ip('addr', 'add', address, 'dev', name, ...(address.includes(':') ? ['nodad'] : []))
  }

  /** Runs a TypeScript program; resolves lines of JSON it prints to `onLine`. */
  run(program: string, onLine: (line: Record<string, unknown>) => void): ChildProcess {
    const node = ['--input-type=module-typescript', '--eval', program]
    const child = spawn('ip', ['netns', 'exec', this.name, process.execPath, ...node], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    createInterface(child.stdout).on('line', (line) => onLine(JSON.parse(line) as Record<string, unknown>))
    this.#children.push(child)
    return child
  }

  async destroy(): Promise<void> {
    const ends = this.#children.map((child) => {
      if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
      const end = new Promise<void>((resolve) => child.once('exit', () => resolve()))
      child.kill('SIGKILL')
      return end
    })
    await Promise.all(ends)
    ip('netns', 'del', this.name)
  }
}
