import { errorMessage, type Clock, type EventSource, type Logger, type Random } from '../../../base/index.ts'
import { BaseSource } from '../base-source.ts'
import { REOPEN_MS } from './limits.ts'
import { dialable, placesOn, type MdnsInterface, type Place } from './place.ts'
import { Session } from './session.ts'
import type { OpenLink } from './multicast-link.ts'
import type { Announcement } from './service.ts'
import type { PeerId } from '@libp2p/interface'

export interface MdnsOptions {
  self: PeerId
  /** The interfaces now, and an event when they change. */
  network: {
    interfaces(): readonly MdnsInterface[]
    readonly events: EventSource<{ 'interfaces-changed': unknown }>
    /** Where connections are accepted: only that is announced, each interface's own addresses on it. */
    listeningOn(): readonly { ip: string; port: number }[]
  }
  open: OpenLink
  clock: Clock
  random: Random
  log: Logger
}

/**
 * Multicast DNS (RFC 6762) and service discovery (RFC 6763) on every interface: one socket each, opened and closed as
 * interfaces come and go. What is announced on an interface are the addresses of that interface.
 */
export class MdnsSource extends BaseSource {
  readonly kind = 'mdns'
  readonly #options: MdnsOptions
  readonly #sessions = new Map<string, Session>()
  #unlisten = (): void => {}
  #cancelRetry = (): void => {}
  #work: Promise<void> = Promise.resolve()

  constructor(options: MdnsOptions) {
    super()
    this.#options = options
  }

  protected async onStart(): Promise<void> {
    this.#unlisten = this.#options.network.events.on('interfaces-changed', () => void this.#sync())
    await this.#sync()
  }

  protected async onStop(): Promise<void> {
    this.#unlisten()
    this.#cancelRetry()
    await this.#sync()
  }

  /** Opens and closes sessions until they are what the interfaces ask for; one run after the other. */
  #sync(): Promise<void> {
    this.#work = this.#work.then(() => this.#syncNow())
    return this.#work
  }

  async #syncNow(): Promise<void> {
    const wanted = this.state.is === 'off' ? new Map<string, Place>() : this.#wanted()
    const gone = [...this.#sessions].filter(([key]) => !wanted.has(key))
    for (const [key] of gone) this.#sessions.delete(key)
    await Promise.all(gone.map(([, session]) => session.stop()))
    const errors: string[] = []
    for (const place of wanted.values()) {
      if (this.#sessions.has(place.key)) continue
      try {
        await this.#open(place)
      } catch (error) {
        errors.push(errorMessage(error))
        this.#options.log.debug('no multicast here', { interface: place.name, error: errorMessage(error) })
      }
    }
    this.#report(errors, wanted.size)
  }

  #wanted(): Map<string, Place> {
    const { network, self } = this.#options
    const listening = network.listeningOn()
    const used = network.interfaces().filter(({ excluded }) => !excluded)
    return new Map(
      used.flatMap((each) => placesOn(each, listening, self)).map((place) => [place.key, place] as const),
    )
  }

  async #open(place: Place): Promise<void> {
    const { open, self, clock, random } = this.#options
    // Packets may come before there is a session to read them.
    const here: { session?: Session } = {}
    const link = await open({
      ...place,
      onPacket: (packet, from) => here.session?.onPacket(packet, from),
      onBroken: (error) => this.#broken(place, error),
    })
    const onPeer = (found: Announcement, from: string): void => this.#onPeer(found, from, place)
    const session = new Session({ link, self, clock, random, place, onPeer })
    here.session = session
    this.#sessions.set(place.key, session)
    session.start()
  }

  #broken(place: Place, error: Error): void {
    this.#options.log.info('an mDNS socket broke', { interface: place.name, error: errorMessage(error) })
    void this.#sessions.get(place.key)?.stop()
    this.#sessions.delete(place.key)
    if (this.state.is !== 'off') this.#retryLater()
  }

  #report(errors: readonly string[], wanted: number): void {
    if (this.state.is === 'off') return
    const names = new Set([...this.#sessions.values()].map(({ name }) => name))
    const [message] = errors
    if (names.size > 0) this.setState({ is: 'on', detail: { is: 'interfaces', names: [...names] } })
    else if (wanted === 0) this.setState({ is: 'failed', detail: { is: 'no-interface' } })
    else if (message === undefined) this.setState({ is: 'failed', detail: { is: 'no-multicast' } })
    else this.setState({ is: 'failed', detail: { is: 'error', message } })
    if (errors.length > 0) this.#retryLater()
  }

  #retryLater(): void {
    this.#cancelRetry()
    this.#cancelRetry = this.#options.clock.after(REOPEN_MS, () => void this.#sync())
  }

  #onPeer(found: Announcement, from: string, place: Place): void {
    const multiaddrs = dialable(found, from, place)
    if (multiaddrs.length > 0) this.found({ peerId: found.peerId, multiaddrs })
  }
}
