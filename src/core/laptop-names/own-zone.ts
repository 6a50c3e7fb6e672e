import type { Clock, Logger } from '../../base/index.ts'
import { Authoritative, Zones } from '../../client-server/dns/authoritative/index.ts'
import type { DnsClient } from '../../client-server/dns/listener/index.ts'
import {
  addressRecord,
  nsRecord,
  serverName,
  soaRecord,
  type ZoneContent,
} from '../../client-server/dns/tree/index.ts'
import { decodeMessage, type Name } from '../../client-server/dns/wire/index.ts'
import { Zone } from '../../client-server/dns/zone/index.ts'
import { isLoopbackIp } from '../../peer-to-peer/node/index.ts'
import type { LaptopFacts } from './laptop-zones.ts'
import { LAPTOP_TTL } from './limits.ts'

const RECURSION_DESIRED = 0x01

/** Our own name as others' resolvers are told it: at this laptop's addresses, not at those of the tree inside it. */
export class OwnZone {
  readonly #zones = new Zones()
  readonly #server: Authoritative
  readonly #clock: Clock
  #origin: Name | undefined

  constructor({ clock, log }: { clock: Clock; log: Logger }) {
    this.#clock = clock
    this.#server = new Authoritative({ zones: this.#zones, clock, log, isTrusted: isLoopbackIp })
  }

  set({ origin, records }: ZoneContent, { addresses }: LaptopFacts): void {
    if (this.#origin) this.#zones.remove(this.#origin)
    this.#origin = undefined
    const [address] = addresses
    if (!address) return
    const server = serverName(origin)
    const serial = Math.floor(this.#clock.wallNow() / 1_000)
    const head = [
      soaRecord(origin, server, serial),
      nsRecord(origin, server, LAPTOP_TTL),
      addressRecord(server, address, LAPTOP_TTL),
    ]
    this.#zones.put(Zone.of(origin, [...head, ...records]))
    this.#origin = origin
  }

  /** Whether a query is a resolver's about our own name: it does not want us to ask others. */
  isAsked(query: Uint8Array): boolean {
    const origin = this.#origin
    if (!origin || query.length < 12 || (query[2]! & RECURSION_DESIRED) !== 0) return false
    try {
      return decodeMessage(query).questions[0]?.name.isWithin(origin) ?? false
    } catch {
      return false
    }
  }

  answer(query: Uint8Array, client: DnsClient): Uint8Array | undefined {
    return this.#server.answer(query, client)
  }
}
