import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { ShoalProcess, type Line, type ProcessOptions } from './cli-process.ts'

/** Hermetic unless a test says otherwise: no multicast and no DHT, so that cores of other tests stay out. */
export const APART = ['--no-mdns', '--no-dht', '--listen', '/ip4/127.0.0.1/tcp/0'] as const

export type LaptopOptions = ProcessOptions & {
  /** Options of the whole core, given to every command that may start one. */
  readonly core?: readonly string[]
}

/** One laptop: a home, a folder for downloads and the commands given on it. */
export class Laptop {
  readonly name: string
  readonly home: string
  readonly downloads: string
  readonly #room: Room
  readonly #options: LaptopOptions

  constructor(room: Room, name: string, options: LaptopOptions) {
    this.name = name
    this.home = join(room.folder, name, 'home')
    this.downloads = join(room.folder, name, 'downloads')
    this.#room = room
    this.#options = options
  }

  /** The options of its core, as commands that start one are given them. */
  get core(): readonly string[] {
    return this.#options.core ?? APART
  }

  /** A command as it stands, with this laptop's home. */
  run(command: string, ...args: string[]): ShoalProcess {
    return this.#room.start([command, ...args, '--home', this.home], this.#options)
  }

  share(path: string, ...args: string[]): ShoalProcess {
    return this.#starting('share', path, ...args)
  }

  get(link: string, ...args: string[]): ShoalProcess {
    return this.#starting('get', link, '--to', this.downloads, ...args)
  }

  serve(...args: string[]): ShoalProcess {
    return this.#starting('serve', ...args)
  }

  /** What `shoal status` says of the running core. */
  async status(): Promise<Status> {
    const [line] = await this.ask('status')
    return line as unknown as Status
  }

  /** The objects that a command which ends by itself prints. */
  async ask(command: string, ...args: string[]): Promise<Line[]> {
    const asked = this.run(command, '--json', ...args)
    const code = await asked.exit()
    if (code !== 0) throw new Error(`shoal ${command} ended with ${code}: ${asked.stderr}`)
    return asked.lines
  }

  #starting(command: string, ...args: string[]): ShoalProcess {
    return this.run(command, ...args, '--json', '--name', this.name, ...(this.#options.core ?? APART))
  }
}

export interface Status extends Line {
  pid: number
  transfers: { cid: string; sent: number; received: number; lane: string | null; peers: number }[]
  sources: { kind: string; state: string }[]
}

/** Where a test takes place: a folder that goes with everything in it, and processes that go too. */
export class Room {
  readonly folder: string
  readonly #processes: ShoalProcess[] = []
  readonly #releases: (() => unknown)[] = []

  constructor(folder: string) {
    this.folder = folder
  }

  laptop(name: string, options: LaptopOptions = {}): Laptop {
    return new Laptop(this, name, options)
  }

  async makeFolder(...parts: string[]): Promise<string> {
    const path = join(this.folder, ...parts)
    await mkdir(path, { recursive: true })
    return path
  }

  start(args: readonly string[], options: ProcessOptions = {}): ShoalProcess {
    const started = new ShoalProcess(args, options)
    this.#processes.push(started)
    return started
  }

  /** Done once the processes are gone. */
  onRelease(release: () => unknown): void {
    this.#releases.push(release)
  }

  async release(): Promise<void> {
    await Promise.all(this.#processes.map((each) => each.kill()))
    for (const release of this.#releases.toReversed()) await release()
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** A test that is given a room of its own. */
export const it = test.extend<{ room: Room }>({
  // vitest reads from the pattern what a fixture needs: nothing.
  // oxlint-disable-next-line no-empty-pattern
  room: async ({}, provide) => {
    const room = new Room(await mkdtemp(join(tmpdir(), 'shoal-system-')))
    await provide(room)
    await room.release()
  },
})

/** The link that a sharing process prints once it is ready. */
export async function linkOf(sharing: ShoalProcess): Promise<string> {
  return String((await sharing.event('ready'))['link'])
}

/** The same link without the addresses in it. */
export function withoutHints(link: string): string {
  return link.replaceAll(/&p=[^&]*/g, '').replaceAll(/\?p=[^&]*&?/g, '?')
}

/** The identifier of the share that a link leads to. */
export function cidOf(link: string): string {
  return /^shoal:([a-z0-9]+)/.exec(link)![1]!
}
