import type { Connection, PeerId } from '@libp2p/interface'
import type { Clock, ShoalError } from '../../../base/index.ts'
import type { LaneControl } from '../lanes/lane-hub.ts'
import type { PeerLanes } from '../lanes/peer-lanes.ts'
import type { Incoming } from '../share/incoming.ts'
import { Meter } from '../share/meter.ts'
import type { Outgoing } from '../share/outgoing.ts'
import { FIRST_ROUND_TRIP_MS, HEARTBEAT_INTERVAL_MS, ROUND_TRIP_EVERY_MS } from '../limits.ts'
import type { GoodbyeReason, Message, StateMessage } from '../wire/messages.ts'
import type { ControlStream } from './control-stream.ts'
import { isTraffic, LaneMessages } from './lane-messages.ts'

export interface LinkInit {
  readonly peerId: PeerId
  readonly connection: Connection
  readonly control: ControlStream
  /** Who opened the control stream; who opened the connection is the connection's own matter. */
  readonly initiator: 'me' | 'them'
  readonly clock: Clock
  /** Milliseconds that an answer took during the hello. */
  readonly roundTrip?: number | undefined
}

/** What one end of a link has been told of the other. */
export type LinkPhase =
  { is: 'greeting' } | { is: 'active'; introduction: StateMessage; outgoing: Outgoing } | { is: 'ended' }

/** A proven control stream for one share with one peer, and everything that lives and dies with it. */
export class Link implements LaneControl {
  readonly peer: string
  readonly peerId: PeerId
  readonly connection: Connection
  readonly initiator: 'me' | 'them'
  readonly since: number
  readonly received: Meter
  readonly sent: Meter
  phase: LinkPhase = { is: 'greeting' }
  /** Milliseconds of the last round trip. */
  roundTrip: number | undefined
  lastHeard: number
  /** Set when the link is attached to its share. */
  lanes: PeerLanes | undefined
  incoming: Incoming | undefined
  handle = 0
  release: () => void = () => {}
  goodbye: GoodbyeReason | undefined
  /** The connection is marked as one to keep. */
  isKept = false
  /** What is said all the time takes the TLS lane once there is one. */
  readonly byLane: LaneMessages
  readonly #control: ControlStream
  readonly #clock: Clock
  #ping: { id: number; at: number } | undefined
  #pinged = -Infinity
  #nextPing = 1

  constructor(init: LinkInit) {
    this.peerId = init.peerId
    this.peer = init.peerId.toString()
    this.connection = init.connection
    this.initiator = init.initiator
    this.#control = init.control
    this.#clock = init.clock
    this.roundTrip = init.roundTrip
    this.since = init.clock.now()
    this.lastHeard = this.since
    if (init.roundTrip !== undefined) this.#pinged = this.since + FIRST_ROUND_TRIP_MS - ROUND_TRIP_EVERY_MS
    this.byLane = new LaneMessages({
      stream: init.control,
      lane: () => (this.phase.is === 'active' ? this.lanes?.tls : undefined),
      handle: () => (this.phase.is === 'active' ? this.phase.introduction.handle : 0),
    })
    this.received = new Meter(init.clock)
    this.sent = new Meter(init.clock)
  }

  get laneFingerprint(): Uint8Array | undefined {
    return this.phase.is === 'active' ? this.phase.introduction.fingerprint : undefined
  }

  /** As it introduced itself. */
  get isSource(): boolean {
    return this.phase.is === 'active' && this.phase.introduction.isSource
  }

  get isOpen(): boolean {
    return this.#control.isOpen
  }

  send(message: Message): void {
    if (isTraffic(message)) this.byLane.send(message)
    else this.sendByStream(message)
  }

  /** The lanes end with the link without being emptied: what is to arrive before the goodbye goes the same way. */
  sendByStream(message: Message): void {
    this.#control.send(message)
  }

  /** Says why, and ends in good order. */
  close(reason: GoodbyeReason): void {
    this.send({ is: 'goodbye', reason })
    this.#control.close()
  }

  violation(error: ShoalError): void {
    this.#control.abort(error)
  }

  abort(error: ShoalError): void {
    this.#control.abort(error)
  }

  heard(): void {
    this.lastHeard = this.#clock.now()
  }

  /** Silent, or its round trip is old news. */
  get isPingDue(): boolean {
    const now = this.#clock.now()
    return now - this.lastHeard >= HEARTBEAT_INTERVAL_MS || now - this.#pinged >= ROUND_TRIP_EVERY_MS
  }

  /** One ping at a time: an unanswered one keeps its time, so that the round trip shows how long it has been. */
  ping(): void {
    if (this.#ping) return
    this.#pinged = this.#clock.now()
    this.#ping = { id: this.#nextPing, at: this.#pinged }
    this.#nextPing = (this.#nextPing % 65_535) + 1
    this.send({ is: 'ping', id: this.#ping.id })
  }

  /** The round trip of an answer to our ping; undefined for answers to nothing. */
  pong(id: number): number | undefined {
    if (this.#ping?.id !== id) return undefined
    this.roundTrip = this.#clock.now() - this.#ping.at
    this.#ping = undefined
    return this.roundTrip
  }
}
