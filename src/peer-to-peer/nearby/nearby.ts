import {
  Allowance,
  asError,
  Cleanup,
  Emitter,
  errorMessage,
  silentLogger,
  systemClock,
  withDeadline,
  type Clock,
  type EventSource,
  type Logger,
} from '../../base/index.ts'
import { receiveOne, sendOne } from './exchange.ts'
import * as limits from './limits.ts'
import { decodeMessage, encodeMessage, type NearbyCard, type NearbyMessage } from './message.ts'
import { Outbox } from './outbox.ts'
import type { Connection, PeerId, Stream } from '@libp2p/interface'
import type { StreamHandler, StreamHandlerOptions } from '@libp2p/interface'

export const NEARBY_PROTOCOL = '/shoal/nearby/1'

/** Somebody connected who shows a card. */
export interface NearbyPeer {
  readonly peerId: PeerId
  readonly card: NearbyCard
}

export interface NearbyEvents {
  /** A card arrived or changed. */
  peer: NearbyPeer
  /** Somebody left, or does not want to be shown any more. */
  gone: { peerId: PeerId }
}

/** What nearby needs of the node. */
export interface NearbyNetwork {
  readonly libp2p: {
    handle(protocol: string, handler: StreamHandler, options?: StreamHandlerOptions): Promise<void>
    unhandle(protocol: string): Promise<void>
    getConnections(peerId: PeerId): Connection[]
  }
  connected(): PeerId[]
  readonly events: EventSource<{
    'peer-connected': { peerId: PeerId }
    'peer-disconnected': { peerId: PeerId }
  }>
}

export interface NearbyOptions {
  network: NearbyNetwork
  /** What this laptop shows to somebody; read whenever a message is sent. */
  card(to: PeerId): NearbyCard
  /** Whether it shows anything. */
  visible: boolean
  clock?: Clock
  log?: Logger
}

/** Messages of one peer. */
const MESSAGE_RATE = { atOnce: limits.MESSAGE_BURST, perSecond: 1000 / limits.MESSAGE_EVERY_MS }

/** Somebody connected. */
interface Listener {
  readonly peerId: PeerId
  /** What it was told last on this connection, but for its number. */
  told: string | undefined
}

interface Known {
  readonly peerId: PeerId
  seq: number
  card: NearbyCard | undefined
  /** Messages it may still send. */
  readonly allowance: Allowance
}

/** Tells everyone connected who this laptop is and what it lists openly, and keeps what they tell. */
export class Nearby {
  readonly events: EventSource<NearbyEvents>
  readonly #emitter = new Emitter<NearbyEvents>()
  readonly #network: NearbyNetwork
  readonly #card: (to: PeerId) => NearbyCard
  readonly #clock: Clock
  readonly #log: Logger
  readonly #known = new Map<string, Known>()
  readonly #outboxes = new Map<string, Outbox>()
  readonly #cleanup = new Cleanup()
  #visible: boolean
  #seq: number

  constructor(options: NearbyOptions) {
    this.events = this.#emitter
    this.#network = options.network
    this.#card = (to) => options.card(to)
    this.#visible = options.visible
    this.#clock = options.clock ?? systemClock
    this.#log = (options.log ?? silentLogger).child('nearby')
    this.#seq = this.#clock.wallNow()
  }

  async start(): Promise<void> {
    const { libp2p, events } = this.#network
    this.#cleanup.add(() => this.#emitter.clear())
    this.#cleanup.add(() => this.#dropAll())
    this.#cleanup.add(events.on('peer-disconnected', ({ peerId }) => this.#onDisconnected(peerId)))
    this.#cleanup.add(events.on('peer-connected', ({ peerId }) => this.#onConnected(peerId)))
    await libp2p.handle(NEARBY_PROTOCOL, (stream, connection) => this.#onStream(stream, connection), {
      maxInboundStreams: limits.MAX_INBOUND_STREAMS,
      maxOutboundStreams: limits.MAX_OUTBOUND_STREAMS,
    })
    this.#cleanup.add(() => libp2p.unhandle(NEARBY_PROTOCOL))
    for (const peerId of this.#network.connected()) this.#onConnected(peerId)
  }

  stop(): Promise<void> {
    return this.#cleanup.run()
  }

  /** Those who show a card. */
  peers(): NearbyPeer[] {
    return [...this.#known.values()].flatMap(({ peerId, card }) => (card ? [{ peerId, card }] : []))
  }

  /** The card of one peer, if it shows one. */
  card(peerId: PeerId): NearbyCard | undefined {
    return this.#known.get(peerId.toString())?.card
  }

  /** The card changed: everyone is told soon. */
  changed(): void {
    if (this.#visible) for (const outbox of this.#outboxes.values()) outbox.changed()
  }

  /** Invisible, others are told nothing, and those who knew us to forget us. */
  setVisible(visible: boolean): void {
    if (visible === this.#visible) return
    this.#visible = visible
    for (const outbox of this.#outboxes.values()) outbox.changed()
  }

  #onConnected(peerId: PeerId): void {
    const name = peerId.toString()
    if (this.#outboxes.has(name)) return
    const listener: Listener = { peerId, told: undefined }
    const send = (): Promise<void> => this.#send(listener)
    const outbox = new Outbox({ send, clock: this.#clock })
    this.#outboxes.set(name, outbox)
    if (this.#visible) outbox.now()
  }

  #onDisconnected(peerId: PeerId): void {
    const name = peerId.toString()
    this.#outboxes.get(name)?.stop()
    this.#outboxes.delete(name)
    const known = this.#known.get(name)
    this.#known.delete(name)
    if (known?.card) this.#emitter.emit('gone', { peerId })
  }

  #dropAll(): void {
    for (const outbox of this.#outboxes.values()) outbox.stop()
    this.#outboxes.clear()
    this.#known.clear()
  }

  async #send(listener: Listener): Promise<void> {
    const { peerId } = listener
    const [connection] = this.#network.libp2p.getConnections(peerId)
    if (!connection) return
    const message = this.#nextMessage(peerId)
    const said = Buffer.from(encodeMessage({ ...message, seq: 0 })).toString('latin1')
    // A stream and what it takes to agree on one, to and from everybody, for no news.
    if (listener.told === said) return
    const bytes = encodeMessage(message)
    await withDeadline(
      limits.SEND_TIMEOUT_MS,
      'telling a peer who we are',
      async (signal) => {
        const stream = await connection.newStream(NEARBY_PROTOCOL, { signal })
        try {
          await sendOne(stream, bytes, signal)
        } catch (error) {
          stream.abort(asError(error))
          throw error
        }
      },
      { clock: this.#clock },
    )
    listener.told = said
  }

  #nextMessage(to: PeerId): NearbyMessage {
    // Grows within a connection, also after a restart within it: from the wall clock on.
    const seq = (this.#seq = Math.max(this.#seq + 1, this.#clock.wallNow()))
    return this.#visible ? { is: 'card', seq, card: this.#card(to) } : { is: 'hidden', seq }
  }

  async #onStream(stream: Stream, { remotePeer }: Connection): Promise<void> {
    try {
      if (!this.#mayTell(remotePeer)) throw new Error('too many nearby messages')
      const bytes = await withDeadline(
        limits.RECEIVE_TIMEOUT_MS,
        'a nearby message',
        (signal) => receiveOne(stream, signal),
        { clock: this.#clock },
      )
      await stream.close()
      this.#take(remotePeer, decodeMessage(bytes, fallbackName(remotePeer)))
    } catch (error) {
      this.#log.debug('a nearby message was refused', {
        peer: remotePeer.toString(),
        error: errorMessage(error),
      })
      stream.abort(asError(error))
    }
  }

  #mayTell(peerId: PeerId): boolean {
    return this.#knownOf(peerId).allowance.take()
  }

  #knownOf(peerId: PeerId): Known {
    const name = peerId.toString()
    let known = this.#known.get(name)
    if (!known) {
      known = {
        peerId,
        seq: -1,
        card: undefined,
        allowance: new Allowance(this.#clock, MESSAGE_RATE),
      }
      this.#known.set(name, known)
    }
    return known
  }

  #take(peerId: PeerId, message: NearbyMessage): void {
    const known = this.#known.get(peerId.toString())
    // Gone meanwhile, or overtaken by a newer message on another stream.
    if (!known || message.seq <= known.seq) return
    known.seq = message.seq
    const hadCard = known.card !== undefined
    known.card = message.is === 'card' ? message.card : undefined
    if (known.card) this.#emitter.emit('peer', { peerId, card: known.card })
    else if (hadCard) this.#emitter.emit('gone', { peerId })
  }
}

function fallbackName(peerId: PeerId): string {
  return `…${peerId.toString().slice(-6)}`
}
