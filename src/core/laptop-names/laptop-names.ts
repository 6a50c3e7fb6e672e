import type { PeerId } from '@libp2p/interface'
import { Emitter, errorMessage, Later, type Clock, type Logger, type Startable } from '../../base/index.ts'
import type { Answer } from '../../client-server/dns/listener/index.ts'
import type { ZoneContent } from '../../client-server/dns/tree/index.ts'
import type { LaptopName } from '../../contract/index.ts'
import type { Name } from '../../client-server/dns/wire/index.ts'
import { laptopZones, type LaptopFacts, type LaptopZones } from './laptop-zones.ts'
import { GATHER_MS } from './limits.ts'
import { OwnZone } from './own-zone.ts'

/** What takes the zones of laptops in: the tree of names and its resolver. */
export interface NamesForLaptops {
  /** Serves these beside its own; what was given before and is not among them goes. */
  setLaptops(
    contents: readonly ZoneContent[],
    ports: ReadonlyMap<string, number>,
    told: readonly LaptopName[],
  ): Promise<void>
}

export interface LaptopNamesInit {
  readonly names: NamesForLaptops
  readonly self: () => LaptopFacts
  readonly others: () => Promise<readonly LaptopFacts[]>
  readonly clock: Clock
  readonly log: Logger
}

/** Gives every laptop that is here a name under `shoal.internal`, and answers for this one's. */
export class LaptopNames implements Startable {
  readonly events = new Emitter<{ changed: void }>()
  readonly #init: LaptopNamesInit
  readonly #own: OwnZone
  #zones: LaptopZones | undefined
  #work: Promise<void> = Promise.resolve()
  readonly #renewing: Later
  #isStopped = false

  constructor(init: LaptopNamesInit) {
    this.#init = init
    this.#own = new OwnZone({ clock: init.clock, log: init.log })
    const work = (): void => void this.#renew()
    this.#renewing = new Later({ clock: init.clock, waitMs: GATHER_MS, work })
  }

  start(): Promise<void> {
    return this.#renew()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#renewing.stop()
    await this.#work
    this.events.clear()
  }

  /** The name of a laptop that is here; this one's is known from the start. */
  nameOf(peerId: PeerId | string): Name | undefined {
    return this.#zones?.names.get(peerId.toString())
  }

  /** The name as a host's: without the dot at its end. */
  hostName(peerId: PeerId | string): string | undefined {
    return this.nameOf(peerId)?.toString().slice(0, -1)
  }

  /** Who is here, where they are or what they share is another: gathered, then told. */
  changed(): void {
    this.#renewing.ask()
  }

  /** Answers other laptops' resolvers about this one's name; undefined for what is not asked of us. */
  readonly answerForOwn: Answer = (query, client) =>
    this.#own.isAsked(query) ? this.#own.answer(query, client) : undefined

  #renew(): Promise<void> {
    return (this.#work = this.#work.then(() => this.#renewNow()))
  }

  async #renewNow(): Promise<void> {
    const { names, self, others, log } = this.#init
    if (this.#isStopped) return
    try {
      const facts = self()
      const zones = laptopZones(facts, await others())
      this.#own.set(zones.own, facts)
      this.#zones = zones
      await names.setLaptops([zones.everybody, zones.own], zones.ports, zones.told)
      this.events.emit('changed', undefined)
    } catch (error) {
      log.warn('the names of laptops could not be renewed', { why: errorMessage(error) })
    }
  }
}
