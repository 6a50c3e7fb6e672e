import { Browser } from './browser.ts'
import { decodeMessage } from './decode.ts'
import { RateBound } from './rate-bound.ts'
import { Responder } from './responder.ts'
import type { MulticastLink } from './multicast-link.ts'
import type { Place } from './place.ts'
import type { Announcement } from './service.ts'
import type { Clock, Random } from '../../../base/index.ts'
import type { PeerId } from '@libp2p/interface'

export interface SessionOptions {
  link: MulticastLink
  self: PeerId
  place: Place
  clock: Clock
  random: Random
  onPeer(found: Announcement, from: string): void
}

/** Multicast DNS on one socket: asks, answers, and lets nothing but well-formed packets at a bearable rate come near. */
export class Session {
  readonly name: string
  readonly #link: MulticastLink
  readonly #rate: RateBound
  readonly #browser: Browser
  readonly #responder: Responder
  #isStopped = false

  constructor(options: SessionOptions) {
    this.name = options.place.name
    this.#link = options.link
    this.#rate = new RateBound(options.clock)
    this.#browser = new Browser(options)
    this.#responder = new Responder({ ...options, own: options.place.own })
  }

  start(): void {
    this.#responder.start()
    this.#browser.start()
  }

  onPacket(packet: Uint8Array, from: string): void {
    if (this.#isStopped || !this.#rate.admits(from)) return
    const message = decodeMessage(packet)
    if (!message) return
    if (message.response) return this.#browser.onResponse(message, from)
    this.#browser.onQuery(message)
    this.#responder.onQuery(message, from)
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return
    this.#isStopped = true
    this.#browser.stop()
    this.#responder.stop()
    await this.#link.close()
  }
}
