import { answerTo, RCODE, TYPE, type Message, type Name, type ResourceRecord } from '../wire/index.ts'
import { hostOf, lookUp, type Zone } from '../zone/index.ts'
import { MAX_ALIASES } from './limits.ts'
import type { Zones } from './zones.ts'

const ADDRESSES = [TYPE.A, TYPE.AAAA] as const

/** The answer to a query with one question of class IN: what our zones say (RFC 1034 §4.3.2), or REFUSED. */
export function answerFromZones(zones: Zones, query: Message): Message {
  const { name, type } = query.questions[0]!
  const zone = zones.find(name, type)
  if (!zone) return answerTo(query, { rcode: RCODE.REFUSED })
  const answer = new Answer(zones, type)
  answer.follow(zone, name)
  return answerTo(query, answer.sections())
}

/** An answer that grows while aliases are followed. */
class Answer {
  readonly #zones: Zones
  readonly #type: number
  readonly #answers: ResourceRecord[] = []
  #authorities: ResourceRecord[] = []
  #authoritative = true
  #rcode: number = RCODE.NOERROR

  constructor(zones: Zones, type: number) {
    this.#zones = zones
    this.#type = type
  }

  follow(zone: Zone, name: Name): void {
    const found = lookUp(zone, name, this.#type)
    switch (found.is) {
      case 'answer':
        this.#answers.push(...found.records)
        return
      case 'alias':
        return this.#followAlias(found.record, found.target)
      case 'delegation':
        // After an alias the answer stays ours, and the resolver finds the rest by itself.
        if (this.#answers.length > 0) return
        this.#authoritative = false
        this.#authorities = [...found.servers]
        return
      case 'no-data':
        return this.#deny(zone)
      case 'no-name':
        this.#rcode = RCODE.NXDOMAIN
        return this.#deny(zone)
    }
  }

  sections(): Partial<Message> {
    return {
      authoritative: this.#authoritative,
      rcode: this.#rcode,
      answers: this.#answers,
      authorities: this.#authorities,
      additionals: this.#additionals(),
    }
  }

  #followAlias(record: ResourceRecord, target: Name): void {
    const seen = this.#answers.some(({ name }) => name.equals(record.name))
    if (seen) return
    this.#answers.push(record)
    const zone = this.#answers.length < MAX_ALIASES ? this.#zones.find(target, this.#type) : undefined
    if (zone) this.follow(zone, target)
  }

  /** With the start of authority, whose time to live is that of the denial (RFC 2308 §3). */
  #deny({ soa }: Zone): void {
    this.#authorities = [{ ...soa, ttl: Math.min(soa.ttl, soa.data.minimum) }]
  }

  /** Addresses of the hosts that are named, as far as we know them. */
  #additionals(): ResourceRecord[] {
    const found = new Map<string, ResourceRecord[]>()
    for (const record of [...this.#answers, ...this.#authorities]) {
      const host = hostOf(record)
      if (!host || found.has(host.key)) continue
      found.set(host.key, this.#addressesOf(host))
    }
    return [...found.values()].flat()
  }

  /** Glue too: what a zone holds below its cuts. */
  #addressesOf(host: Name): ResourceRecord[] {
    const zone = this.#zones.find(host, TYPE.A)
    if (!zone) return []
    return ADDRESSES.flatMap((type) => {
      const isAnswered = this.#answers.some((record) => record.type === type && record.name.equals(host))
      return isAnswered ? [] : [...zone.set(host, type)]
    })
  }
}
