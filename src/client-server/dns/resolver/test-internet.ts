import { parseZoneText } from '../zone/zone-text.ts'
import { seededRandom, ShoalError, VirtualClock } from '../../../base/index.ts'
import {
  message,
  Name,
  question,
  RCODE,
  TYPE,
  type Message,
  type Question,
  type ResourceRecord,
  typeText,
} from '../wire/index.ts'
import { Resolver, type ResolverInit } from './resolver.ts'
import type { Exchange, Resolution } from './types.ts'

/** A network of name servers inside one test: each answers from its own little zone, and every question is written down. */
export class TestInternet {
  readonly clock = new VirtualClock()
  /** `address zone-side question`, in the order they came. */
  readonly asked: string[] = []
  readonly #servers = new Map<string, (question: Question) => Partial<Message> | 'silent'>()
  latencyMs = 10

  /** A server for `zone` at `address`, authoritative for the records given. */
  zone(address: string, zone: string, ...lines: string[]): this {
    const apex = Name.parse(zone)
    const records = lines.map((line) => rr(line, apex))
    const soa = rr('@ 300 SOA @ @ 1 1 1 1 60', apex)
    this.#servers.set(address, (asked) => answerFrom(apex, [soa, ...records], asked))
    return this
  }

  /** A server that says whatever the test wants. */
  server(address: string, answer: (question: Question) => Partial<Message> | 'silent'): this {
    this.#servers.set(address, answer)
    return this
  }

  remove(address: string): void {
    this.#servers.delete(address)
  }

  readonly exchange: Exchange = async (server, asked, { timeoutMs, signal }) => {
    this.asked.push(`${server.address} ${asked.name.toString()} ${typeText(asked.type)}`)
    const answer = this.#servers.get(server.address)?.(asked) ?? 'silent'
    await this.#pass(answer === 'silent' ? timeoutMs : this.latencyMs, signal)
    if (answer === 'silent') throw new ShoalError('timeout', 'silence')
    return {
      message: message({ response: true, questions: [asked], ...answer }),
      transport: 'udp',
    }
  }

  resolver(init: Partial<ResolverInit> = {}): Resolver {
    const roots = [{ name: Name.parse('ns.root.'), addresses: [{ address: '10.0.0.1', port: 53 }] }]
    return new Resolver({
      exchange: this.exchange,
      roots,
      clock: this.clock,
      random: seededRandom(1),
      ...init,
    })
  }

  /** Resolves while the clock moves on. */
  async ask(resolver: Resolver, name: string, type: number = TYPE.A): Promise<Resolution> {
    const work = resolver.resolve(question(Name.parse(name), type))
    return this.settle(work)
  }

  async settle<T>(work: Promise<T>): Promise<T> {
    let done = false
    const finish = (): void => void (done = true)
    work.then(finish, finish)
    for (let i = 0; i < 5_000 && !done; i++) await this.clock.advanceAsync(10)
    return work
  }

  #pass(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
      this.clock.after(ms, resolve)
    })
  }
}

/** One line of a zone file. */
export function rr(line: string, origin: Name = Name.root): ResourceRecord {
  return parseZoneText(line, origin)[0]!
}

function answerFrom(apex: Name, records: readonly ResourceRecord[], asked: Question): Partial<Message> {
  if (!asked.name.isWithin(apex)) return { rcode: RCODE.REFUSED }
  const cut = records.find(
    ({ type, name }) => type === TYPE.NS && !name.equals(apex) && asked.name.isWithin(name),
  )
  if (cut) return referral(cut.name, records)
  return owned(asked, records)
}

function referral(zone: Name, records: readonly ResourceRecord[]): Partial<Message> {
  const authorities = records.filter(({ type, name }) => type === TYPE.NS && name.equals(zone))
  const names = authorities.flatMap(({ data }) => (data.kind === 'NS' ? [data.target] : []))
  const isGlue = (record: ResourceRecord): boolean =>
    (record.type === TYPE.A || record.type === TYPE.AAAA) && names.some((name) => name.equals(record.name))
  return { authorities, additionals: records.filter(isGlue) }
}

function owned(asked: Question, records: readonly ResourceRecord[]): Partial<Message> {
  const answers: ResourceRecord[] = []
  const soa = records.filter(({ type }) => type === TYPE.SOA)
  for (let { name } = asked; ;) {
    const here = records.filter((record) => record.name.equals(name))
    const wanted = here.filter(({ type }) => type === asked.type)
    if (wanted.length > 0) return { authoritative: true, answers: [...answers, ...wanted] }
    const alias = here.find(({ type }) => type === TYPE.CNAME)
    if (alias?.data.kind === 'CNAME' && answers.length < 20) {
      answers.push(alias)
      name = alias.data.target
      if (name.isWithin(soa[0]!.name)) continue
      return { authoritative: true, answers }
    }
    const exists = records.some((record) => record.name.isWithin(name))
    const rcode = exists ? RCODE.NOERROR : RCODE.NXDOMAIN
    return { authoritative: true, rcode, answers, authorities: soa }
  }
}

/** The textbook's tree: root, `com.`, `example.com.`. */
export function textbook(): TestInternet {
  return new TestInternet()
    .zone(
      '10.0.0.1',
      '.',
      'com. 3600 NS ns.com.',
      'ns.com. 3600 A 10.0.0.2',
      'org. 3600 NS ns.org.',
      'ns.org. 3600 A 10.0.0.3',
    )
    .zone('10.0.0.2', 'com.', 'example 1800 NS ns.example', 'ns.example 1800 A 10.0.0.4')
    .zone('10.0.0.3', 'org.', 'example 1800 NS ns.example', 'ns.example 1800 A 10.0.0.5')
    .zone(
      '10.0.0.4',
      'example.com.',
      'www 60 A 192.0.2.80',
      '@ 600 MX 10 mail',
      'a.b 60 A 192.0.2.81',
      'web 30 CNAME www',
    )
    .zone('10.0.0.5', 'example.org.', 'www 60 CNAME www.example.com.')
}
