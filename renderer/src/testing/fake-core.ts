import type { Clock } from '../../../src/base/clock.ts'
import { ShoalError } from '../../../src/base/errors.ts'
import type { Random } from '../../../src/base/random.ts'
import type { Host, NearbyPeer, Settings, Share, ShareDetail, Update } from '../../../src/contract/index.ts'
import type { CoreClient } from '../core/client.ts'
import { previewLink } from '../files/link.ts'
import { fakeLink, fakeNearby, fakeNetwork, fakeSettings } from './fake-people.ts'
import { FakeNames } from './fake-names.ts'
import { FakeCompare } from './fake-compare.ts'
import { FakeMail } from './fake-mail.ts'
import { FakeMessages } from './fake-messages.ts'
import { FakeServers } from './fake-servers.ts'
import { fakeShare } from './fake-shares.ts'
import { fakeSockets } from './fake-sockets.ts'
import { FakeSwarm } from './fake-swarm.ts'
import { Updates } from './updates.ts'

/** `lively`: a busy evening. `alone`: nobody and nothing. */
export type Scenario = 'lively' | 'alone'

const STEP_MS = 500

/** A core that exists only in this page: the contract's client over made-up, moving data. For tests and the demo. */
export class FakeCore {
  readonly client: CoreClient
  readonly #clock: Clock
  readonly #random: Random
  readonly #updates = new Updates()
  readonly #mail: FakeMail
  readonly #messages: FakeMessages
  readonly #names: FakeNames
  readonly #servers: FakeServers
  readonly #compare: FakeCompare
  readonly #swarms = new Map<string, FakeSwarm>()
  #nearby: NearbyPeer[]
  #settings: Settings
  #host: Host
  #nextSeed = 100

  constructor(options: {
    clock: Clock
    random: Random
    scenario: Scenario
    settings?: Partial<Settings>
    host?: Partial<Host>
  }) {
    this.#clock = options.clock
    this.#random = options.random
    this.#settings = { ...fakeSettings(), ...options.settings }
    this.#host = { ...FAKE_HOST, ...options.host }
    this.#nearby = options.scenario === 'lively' ? fakeNearby() : []
    if (options.scenario === 'lively') this.#fill()
    const name = (): string => this.#settings.name
    this.#messages = new FakeMessages({ clock: this.#clock, name, lively: options.scenario === 'lively' })
    this.#mail = new FakeMail({ clock: this.#clock, lively: options.scenario === 'lively' })
    this.#names = new FakeNames({ clock: this.#clock, lively: options.scenario === 'lively' })
    this.#servers = new FakeServers(options.scenario === 'lively' ? ['files', 'tracker'] : [])
    this.#compare = new FakeCompare(this.#clock, options.scenario === 'lively')
    this.client = this.#createClient()
    this.#clock.every(STEP_MS, () => this.#step())
  }

  /** Sends an update as the core would. */
  push(update: Update): void {
    this.#updates.push(update)
  }

  get shares(): Share[] {
    return [...this.#swarms.values()].map((swarm) => swarm.share)
  }

  #fill(): void {
    const leftOut = {
      symbolicLinks: 3,
      specialFiles: 0,
      unportableNames: 1,
      unreadable: 0,
      examples: ['bin/tool → ../x', 'a:b.txt'],
    }
    this.#add(
      fakeShare(1, { name: 'Lecture recordings', size: 4.7e9, limit: 'source-uplink' }),
      1121,
      11,
      0.62,
      6,
    )
    this.#add(
      fakeShare(2, {
        name: '소켓 프로그래밍 실습',
        size: 38e6,
        files: 20_412,
        role: 'source',
        state: { is: 'serving' },
        openly: true,
        limit: 'my-uplink',
        path: '/home/hana/study/소켓 프로그래밍 실습',
        leftOut,
      }),
      1160,
      12,
      1,
      9,
    )
    this.#add(
      fakeShare(3, {
        name: 'debian-13.2.0-amd64-netinst.iso',
        kind: 'file',
        files: 1,
        size: 792e6,
        state: { is: 'waiting', missingHere: 3 },
        limit: 'no-source',
      }),
      756,
      2,
      0.996,
      1,
    )
    this.#add(
      fakeShare(4, {
        name: 'Field trip photos',
        size: 1.9e9,
        files: 640,
        state: { is: 'serving' },
        completedAt: Date.UTC(2026, 10, 21, 3, 40),
      }),
      907,
      4,
      1,
      1,
    )
    const hashing = {
      is: 'hashing',
      filesFound: 1204,
      bytesDone: 1.1e9,
      bytesTotal: 2.4e9,
      bytesPerSecond: 612e6,
      secondsLeft: 2,
    } as const
    this.#add(
      fakeShare(5, {
        name: 'thesis-data',
        role: 'source',
        cid: null,
        link: null,
        size: null,
        files: null,
        kind: 'folder',
        state: hashing,
      }),
      1,
      0,
      0,
      1,
    )
    const problem = {
      code: 'disk-full',
      message: 'no space left',
      data: { path: '/home/hana/Downloads/Shoal' },
    } as const
    this.#add(
      fakeShare(6, {
        name: 'old-backup.tar',
        kind: 'file',
        files: 1,
        size: 9.2e9,
        state: { is: 'stuck', problem },
      }),
      1098,
      3,
      0.31,
      1,
    )
    this.#add(
      fakeShare(7, {
        name: 'handout-week-11.pdf',
        kind: 'file',
        files: 1,
        size: 3.4e6,
        state: { is: 'paused' },
      }),
      104,
      0,
      0.4,
      1,
    )
  }

  #add(share: Share, chunks: number, peers: number, held: number, pace: number): void {
    this.#swarms.set(share.id, new FakeSwarm({ share, chunks, peers, held, pace, random: this.#random }))
  }

  #step(): void {
    for (const swarm of this.#swarms.values()) swarm.step(this.#clock.wallNow(), STEP_MS)
    this.#updates.push({ is: 'shares', changed: this.shares, removed: [] })
  }

  #snapshot(): Update {
    return {
      is: 'snapshot',
      host: this.#host,
      shares: this.shares,
      nearby: this.#nearby,
      network: this.#network(),
      settings: this.#settings,
    }
  }

  #network() {
    const network = fakeNetwork(this.#settings.name)
    const excluded = new Set(this.#settings.excludedInterfaces)
    return {
      ...network,
      interfaces: network.interfaces.map((one) => ({ ...one, excluded: excluded.has(one.name) })),
    }
  }

  #swarm(id: string): FakeSwarm {
    const swarm = this.#swarms.get(id)
    if (!swarm) throw new ShoalError('not-found', `no share ${id}`)
    return swarm
  }

  #change(id: string, changes: Partial<Share>): void {
    const swarm = this.#swarm(id)
    swarm.share = { ...swarm.share, ...changes }
    this.#updates.push({ is: 'shares', changed: [swarm.share], removed: [] })
  }

  #begin(changes: Partial<Share>, peers: number): { id: string } {
    const seed = this.#nextSeed++
    const share = fakeShare(seed, { addedAt: this.#clock.wallNow(), ...changes })
    this.#add(share, 600, peers, 0, 8)
    this.#updates.push({ is: 'shares', changed: [this.#swarm(share.id).share], removed: [] })
    return { id: share.id }
  }

  async *#detail(id: string, signal: AbortSignal | undefined): AsyncGenerator<ShareDetail, void, void> {
    while (!signal?.aborted) {
      yield this.#swarm(id).detail()
      await new Promise<void>((resolve) => {
        const cancel = this.#clock.after(STEP_MS, resolve)
        signal?.addEventListener('abort', () => (cancel(), resolve()), { once: true })
      })
    }
  }

  #createClient(): CoreClient {
    return {
      app: {
        watch: async (_input, options) => asIterator(this.#updates.watch(this.#snapshot(), options?.signal)),
        status: async () => ({ pid: 1, rssBytes: 1, lanePort: null, sources: [], transfers: [] }),
        options: async () => ({}),
        shutdown: async () => {},
      },
      shares: this.#sharesClient(),
      mail: this.#mail.client,
      messages: this.#messages.client,
      servers: this.#servers.client,
      compare: this.#compare.client,
      sockets: fakeSockets(),
      names: this.#names.client,
      nearby: {
        connect: async ({ address }) => {
          if (!/[.:]/.test(address)) throw new ShoalError('bad-address', `not an address: ${address}`)
          throw new ShoalError('peer-unreachable', `nobody answers at ${address}`, { data: { address } })
        },
      },
      settings: {
        update: async (changes) => {
          this.#settings = { ...this.#settings, ...(changes as Settings) }
          this.#updates.push({ is: 'settings', settings: this.#settings })
          this.#updates.push({ is: 'network', network: this.#network() })
          return this.#settings
        },
      },
      shell: {
        pick: async ({ what }) => ({
          paths: [what === 'file' ? '/home/hana/notes.pdf' : '/home/hana/notes'],
        }),
      },
    }
  }

  #sharesClient(): CoreClient['shares'] {
    const source = { role: 'source', state: { is: 'serving' } } as const
    return {
      add: async ({ path, openly }) =>
        this.#begin({ ...source, name: path.split('/').at(-1)!, path, openly: openly ?? false }, 0),
      beginUpload: async () => ({ uploadId: 'upload', url: '/upload/upload' }),
      finishUpload: async ({ openly }) => this.#begin({ ...source, name: 'uploaded', openly }, 0),
      cancelUpload: async () => {},
      download: async ({ link }) => {
        const preview = previewLink(link)
        if (!preview) throw new ShoalError('bad-link', 'not a link')
        const known = this.shares.find((share) => share.cid !== null && link.includes(share.cid))
        if (known) return { id: known.id }
        return this.#begin(
          {
            name: preview.name ?? 'download',
            size: preview.size ?? 1e8,
            link,
            cid: /[a-z0-9]{40,}/.exec(link)![0],
          },
          5,
        )
      },
      setMode: async ({ id, mode }) => this.#change(id, { mode }),
      pause: async ({ id }) =>
        this.#change(id, {
          state: this.#swarm(id).share.role === 'source' ? { is: 'stopped' } : { is: 'paused' },
        }),
      resume: async ({ id }) =>
        this.#change(id, {
          state: this.#swarm(id).share.role === 'source' ? { is: 'serving' } : { is: 'downloading' },
        }),
      remove: async ({ id }) => {
        this.#swarms.delete(id)
        this.#updates.push({ is: 'shares', changed: [], removed: [id] })
      },
      setOpenly: async ({ id, openly }) => this.#change(id, { openly }),
      verify: async () => ({ badParts: 0 }),
      detail: async ({ id }, options) => asIterator(this.#detail(id, options?.signal)),
      entries: async ({ id, offset, limit }) => fakeEntries(this.#swarm(id).share.files ?? 0, offset, limit),
      setLimits: async () => {},
      reveal: async () => {},
    }
  }
}

const FAKE_HOST: Host = {
  kind: 'memory',
  version: '0.1.0',
  platform: 'linux',
  home: '/home/hana/.shoal',
  canReveal: true,
  canPick: true,
}

/** oRPC names its iterators by a class with private fields; those of a generator are the same to whoever iterates. */
function asIterator<T>(generator: AsyncGenerator<T, void, void>): IteratorOf<T> {
  return generator as unknown as IteratorOf<T>
}
type Watched = Awaited<ReturnType<CoreClient['app']['watch']>>
type Detailed = Awaited<ReturnType<CoreClient['shares']['detail']>>
type IteratorOf<T> = T extends Update ? Watched : Detailed

const EXTENSIONS = ['c', 'h', 'md', 'txt', 'png', 'mp4'] as const

function fakeEntries(total: number, offset: number, limit: number) {
  const count = Math.max(0, Math.min(limit, total - offset))
  const entries = Array.from({ length: count }, (_, i) => {
    const n = offset + i
    const extension = EXTENSIONS[n % EXTENSIONS.length]!
    return {
      path: `week-${1 + (n % 14)}/part-${String(n).padStart(5, '0')}.${extension}`,
      size: (n * 7919) % 5_000_000,
      executable: n % 40 === 7,
    }
  })
  return { total, entries }
}

/** For tests that need one link that the real grammar takes. */
export const FAKE_LINK = fakeLink(42, 'Semester photos', 1_234_567)
