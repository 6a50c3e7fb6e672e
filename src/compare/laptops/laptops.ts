import {
  errorMessage,
  ShoalError,
  withDeadline,
  type Clock,
  type Logger,
  type Random,
} from '../../base/index.ts'
import type { LaptopRaceSpec, Network, RaceInvitation, RaceLaptop, Update } from '../../contract/index.ts'
import { watchChanges } from '../../core/view/watch-changes.ts'
import { RaceDoor, type LinkKind, type RaceNetwork } from '../../peer-to-peer/race/index.ts'
import { TIDY_MS } from '../limits.ts'
import { Guest } from './guest.ts'
import type { SpawnRacer } from '../race/spawn-racer.ts'
import { runLaptopRace, type LaptopRaceListener } from './laptop-race.ts'

/** What races across laptops need of the core. */
export interface LaptopsCore {
  readonly libp2p: RaceNetwork
  readonly hub: {
    nearby(): readonly { peerId: string; name: string; connected: boolean }[]
    watch(signal?: AbortSignal): AsyncIterable<Update>
  }
  network(): Network
}

type View = { laptops: RaceLaptop[]; invitations: RaceInvitation[] }

/** Races with other laptops: those one starts, and those one is invited to. */
export class Laptops {
  readonly #core: LaptopsCore
  readonly #spawn: SpawnRacer
  readonly #log: Logger
  readonly #clock: Clock
  readonly #door: RaceDoor
  readonly #stopping = new AbortController()
  /** Races this laptop takes part in: one at a time, or they would measure each other. */
  #guest: Promise<void> | undefined

  constructor(init: { core: LaptopsCore; spawn: SpawnRacer; clock: Clock; random: Random; log: Logger }) {
    this.#core = init.core
    this.#spawn = init.spawn
    this.#log = init.log
    this.#clock = init.clock
    this.#door = new RaceDoor({ ...init, network: () => init.core.libp2p })
  }

  async start(): Promise<void> {
    this.#door.events.on('accepted', ({ invitation, channel }) => {
      const guest = new Guest({ invitation, channel, spawn: this.#spawn, log: this.#log })
      this.#guest = guest
        .run(this.#stopping.signal)
        .catch((error: unknown) => this.#log.warn('a race ended badly', { error: errorMessage(error) }))
        .finally(() => (this.#guest = undefined))
    })
    await this.#door.start()
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new ShoalError('cancelled', 'the app is closing'))
    await this.#door.stop()
    await this.#guest
  }

  get isTakingPart(): boolean {
    return this.#guest !== undefined
  }

  /**
   * A person's answer to an invitation. One race at a time; one that is over may still be tidied up.
   * @throws ShoalError `not-found`, `already-running`.
   */
  async answer(id: string, accept: boolean): Promise<void> {
    if (accept) await this.#freeForAnother()
    await this.#door.answer(id, accept, this.#link())
  }

  run(spec: LaptopRaceSpec, listener: LaptopRaceListener, signal: AbortSignal): Promise<void> {
    const names = new Map(this.#core.hub.nearby().map(({ peerId, name }) => [peerId, name]))
    const self = { name: this.#core.network().name, link: this.#link() }
    const nameOf = (peerId: string): string => names.get(peerId) ?? peerId.slice(-8)
    const crew = { door: this.#door, spawn: this.#spawn, spec, self, nameOf }
    return runLaptopRace(crew, listener, signal)
  }

  async #freeForAnother(): Promise<void> {
    const guest = this.#guest
    if (!guest) return
    await withDeadline(TIDY_MS, 'the race before', () => guest, { clock: this.#clock }).catch(() => {})
    if (this.isTakingPart) throw new ShoalError('already-running', 'this laptop takes part in a race already')
  }

  /** Who could take part, and who invites; at once and after every change. */
  async *watch(signal?: AbortSignal): AsyncGenerator<View> {
    const ending = new AbortController()
    const all = AbortSignal.any([ending.signal, this.#stopping.signal, ...(signal ? [signal] : [])])
    const changing = {
      on: (name: 'changed', changed: () => void): (() => void) => {
        void this.#followNearby(all, changed)
        return this.#door.events.on(name, changed)
      },
    }
    try {
      yield* watchChanges(changing, () => this.#view(), all)
    } finally {
      ending.abort()
    }
  }

  async #followNearby(signal: AbortSignal, changed: () => void): Promise<void> {
    for await (const update of this.#core.hub.watch(signal)) if (update.is === 'nearby') changed()
  }

  #view(): View {
    const laptops = this.#core.hub
      .nearby()
      .flatMap(({ peerId, name, connected }) => (connected ? [{ peerId, name, link: 'other' as const }] : []))
    const invitations = this.#door.invitations().map(({ id, peerId, invite, at }) => {
      const { name, size, runs, laptops: count } = invite
      return { id, from: { peerId, name }, bytes: size * runs, laptops: count, at }
    })
    return { laptops, invitations }
  }

  /** How this laptop is connected; with both, the cable carries what goes to its network. */
  #link(): LinkKind {
    const kinds = this.#core.network().interfaces.flatMap(({ kind, excluded }) => (excluded ? [] : [kind]))
    return kinds.includes('ethernet') ? 'ethernet' : kinds.includes('wifi') ? 'wifi' : 'other'
  }
}
