import type { Clock } from '../../../src/base/clock.ts'
import { ShoalError } from '../../../src/base/errors.ts'
import type {
  CacheLineView,
  DnsRecord,
  DnsResolution,
  DnsStep,
  LaptopName,
  NamesView,
  PeerLookup,
  PeerStep,
  ZoneSummary,
} from '../../../src/contract/index.ts'
import type { CoreClient } from '../core/client.ts'
import { fakePeerId, PEOPLE } from './fake-people.ts'

type Names = CoreClient['names']

const TTL = 300
const WEB = '127.53.0.80'
const ZONES = [
  '.',
  'internal.',
  'shoal.internal.',
  'com.',
  'org.',
  'net.',
  'example.com.',
  'example.org.',
  'example.net.',
  'hanas-laptop.shoal.internal.',
]
/** What each host answers, and after how many milliseconds. */
const LATENCY_MS = [1.4, 0.9, 0.6, 0.4]

const LAPTOPS: readonly LaptopName[] = [
  laptop(0, 'Hana’s laptop', 'hanas-laptop'),
  laptop(1, '민수의 노트북', 'xn----377e82ysqb11kowiqwu', '민수의-노트북', true),
  laptop(2, 'laptop', 'laptop'),
  laptop(3, 'Laptop', 'laptop-2'),
]

function laptop(index: number, name: string, label: string, shown = label, isDelegated = false): LaptopName {
  return {
    peerId: fakePeerId(index),
    name,
    host: `${label}.shoal.internal`,
    shownHost: `${shown}.shoal.internal`,
    isSelf: index === 0,
    isSecond: label.endsWith('-2'),
    isDelegated,
  }
}

function record(name: string, type: string, data: string): DnsRecord {
  return { name, type, ttl: TTL, data }
}

function addressOf(zone: string): string {
  return `127.53.0.${ZONES.indexOf(zone) + 1}`
}

/** A tree of names that exists only in this page: cold questions walk, warm ones do not. */
export class FakeNames {
  readonly client: Names
  readonly #clock: Clock
  readonly #listeners = new Set<() => void>()
  readonly #cache = new Map<string, { line: CacheLineView; until: number; found: DnsResolution }>()
  readonly #recent: DnsResolution[] = []
  readonly #texts = new Map<string, string>()
  #revision = 0
  #serial = 0
  readonly #isLively: boolean
  #running = false

  constructor(options: { clock: Clock; lively: boolean }) {
    this.#clock = options.clock
    this.#isLively = options.lively
    if (options.lively) this.#fill()
    this.client = this.#createClient()
  }

  #fill(): void {
    this.#running = true
    this.#texts.set('class.test.', 'www 300 A 192.168.0.7\nmail 300 A 192.168.0.8\n')
    for (const name of ['nobody.example.net.', 'www.example.org.', 'www.example.com.'])
      this.#resolve(name, 'A')
    this.#resolve('www.example.com.', 'A')
    this.#resolve('www.example.com.', 'A')
  }

  #resolve(name: string, type: string): DnsResolution {
    const key = `${name} ${type}`
    const held = this.#cache.get(key)
    const at = this.#clock.wallNow()
    const found = { ...(held ? warm(held.found, at) : cold(name, type, at)), serial: ++this.#serial }
    if (!held) this.#cache.set(key, { line: lineOf(found), until: this.#clock.now() + TTL * 1000, found })
    this.#running = true
    this.#recent.unshift(found)
    this.#changed()
    return found
  }

  #changed(): void {
    this.#revision++
    for (const listener of this.#listeners) listener()
  }

  #view(): NamesView {
    const zones = this.#running ? this.#zones() : []
    return {
      laptops: LAPTOPS.slice(0, this.#isLively ? LAPTOPS.length : 1),
      running: this.#running,
      listening: this.#running ? [{ address: '192.168.0.12', port: 5300 }] : [],
      tree: zones.map(({ origin: zone, address, port }) => ({ zone, address, port })),
      zones,
      upstream: { allowed: false, servers: ['192.168.0.1'] },
      cacheSize: this.#cache.size,
      revision: this.#revision,
      recent: this.#recent.slice(0, 20),
    }
  }

  #zones(): ZoneSummary[] {
    const added = [...this.#texts.keys()]
    return [...new Set([...ZONES, ...added])].map((origin, i) => {
      const example = origin.startsWith('example.')
      const laptop = origin.endsWith('.shoal.internal.')
      const kind = added.includes(origin) ? 'added' : example ? 'example' : laptop ? 'laptop' : 'fixed'
      return { origin, kind, example, records: 4 + i, address: `127.53.0.${i + 1}`, port: 53 }
    })
  }

  async *#watch(signal: AbortSignal | undefined): AsyncGenerator<NamesView, void, void> {
    let wake = (): void => {}
    const listener = (): void => wake()
    this.#listeners.add(listener)
    signal?.addEventListener('abort', listener)
    try {
      while (!signal?.aborted) {
        yield this.#view()
        await new Promise<void>((resolve) => (wake = resolve))
      }
    } finally {
      this.#listeners.delete(listener)
    }
  }

  #createClient(): Names {
    return {
      watch: async (_input, options) =>
        this.#watch(options?.signal) as unknown as Awaited<ReturnType<Names['watch']>>,
      resolve: async ({ name, type = 'A' }) => this.#resolve(name.endsWith('.') ? name : `${name}.`, type),
      amongPeers: async ({ name }) => lookupAmongPeers(name),
      page: async ({ name }) => {
        const url = `http://${name.replace(/\.$/, '')}/`
        return { url, address: WEB, port: 80, status: 200, title: 'An example', bytes: 635, ms: 1.9 }
      },
      cache: async () => this.#lines(),
      clearCache: async () => {
        this.#cache.clear()
        this.#changed()
      },
      zone: async ({ origin }) => ({
        text:
          this.#texts.get(origin) ??
          `$ORIGIN ${origin}\n$TTL 300\n@ 300 IN NS ns\nns 300 IN A ${addressOf(origin)}\n`,
      }),
      checkZone: async ({ text }) => ({
        problems: text.split('\n').flatMap((line, i) =>
          /\d{4}/.test(line)
            ? [
                {
                  line: i + 1,
                  code: 'bad-ipv4' as const,
                  data: { text: line.trim() },
                  problem: 'no IPv4 address',
                },
              ]
            : [],
        ),
      }),
      putZone: async ({ origin, text }) => {
        if (ZONES.slice(0, 6).includes(origin))
          throw new ShoalError('bad-zone', `${origin} is part of the tree itself`)
        this.#texts.set(origin.endsWith('.') ? origin : `${origin}.`, text)
        this.#changed()
      },
      removeZone: async ({ origin }) => {
        this.#texts.delete(origin)
        this.#changed()
      },
    }
  }

  #lines(): CacheLineView[] {
    const now = this.#clock.now()
    return [...this.#cache.values()].map(({ line, until }) => ({ ...line, leftMs: until - now }))
  }
}

function cold(name: string, type: string, at: number): DnsResolution {
  const labels = name.split('.').filter(Boolean)
  const zones = ['.', `${labels.at(-1)}.`, `${labels.slice(-2).join('.')}.`]
  const exists = type === 'A' && /^(www|hanas-laptop)\./.test(name)
  const answers = exists ? [record(name, 'A', WEB)] : []
  const steps = zones.map((zone, i): DnsStep => {
    const next = zones[i + 1]
    const isLast = next === undefined
    return {
      server: addressOf(zone),
      port: 53,
      question: isLast ? `${name} ${type}` : `${next} A`,
      rcode: isLast && !exists ? 'NXDOMAIN' : 'NOERROR',
      ms: LATENCY_MS[i]!,
      cached: false,
      role: (['root', 'tld', 'authoritative'] as const)[i]!,
      zone,
      serverName: `ns.${zone === '.' ? '' : zone}`,
      outcome: isLast ? (exists ? 'answer' : 'no-name') : 'referral',
      transport: 'udp',
      at: i,
      records: isLast
        ? answers
        : [record(next, 'NS', `ns.${next}`), record(`ns.${next}`, 'A', addressOf(next))],
    }
  })
  return {
    serial: 0,
    name,
    type,
    rcode: exists ? 'NOERROR' : 'NXDOMAIN',
    answers,
    authority: exists
      ? []
      : [record(zones[2]!, 'SOA', `ns.${zones[2]} hostmaster.${zones[2]} 1 3600 600 86400 30`)],
    steps,
    cached: false,
    ms: 3.2,
    at,
    failure: null,
  }
}

function warm(found: DnsResolution, at: number): DnsResolution {
  const last = found.steps.at(-1)!
  const step: DnsStep = {
    ...last,
    server: '127.0.0.1',
    port: 5300,
    ms: 0,
    cached: true,
    role: 'cache',
    transport: 'cache',
    at: 0,
  }
  return { ...found, steps: [step], cached: true, ms: 0.1, at }
}

function lookupAmongPeers(name: string): PeerLookup {
  const [first, second, third] = PEOPLE.map((_, i) => fakePeerId(i + 1))
  const step = (peerId: string, is: PeerStep['is'], at: number, rest: Partial<PeerStep> = {}): PeerStep => ({
    peerId,
    is,
    closer: 0,
    has: false,
    at,
    ...rest,
  })
  const steps = [
    step(first!, 'asked', 0),
    step(second!, 'asked', 0.2),
    step(first!, 'answered', 3.1, { closer: 2 }),
    step(third!, 'asked', 3.3),
    step(second!, 'failed', 5),
    step(third!, 'answered', 6.4, { has: true }),
  ]
  const addresses = ['/ip4/192.168.0.31/tcp/42850']
  const record = { owner: third!, addresses, expires: Date.UTC(2026, 10, 21, 10) }
  return { label: name.split('.')[0]!, record, steps, messages: 3, ms: 6.6 }
}

function lineOf({ name, type, answers }: DnsResolution): CacheLineView {
  const is = answers.length > 0 ? 'records' : 'no-name'
  return {
    name,
    type: is === 'records' ? type : null,
    is,
    data: answers.map(({ data }) => data),
    leftMs: TTL * 1000,
  }
}
