import type { Connection, PeerId, Stream, StreamHandler, StreamHandlerOptions } from '@libp2p/interface'
import {
  Cleanup,
  Emitter,
  errorMessage,
  ShoalError,
  toHex,
  withDeadline,
  type Clock,
  type EventSource,
  type Logger,
  type Random,
} from '../../base/index.ts'
import { sanitiseWords } from '../../content/index.ts'
import { RaceChannel } from './channel.ts'
import {
  ANSWER_TIMEOUT_MS,
  INVITE_TIMEOUT_MS,
  MAX_INVITATIONS,
  MAX_RACE_STREAMS,
  RACE_PROTOCOL,
} from './limits.ts'
import {
  guestMessageSchema,
  hostMessageSchema,
  type GuestMessage,
  type HostMessage,
  type Invite,
  type LinkKind,
} from './wire.ts'

/** What races need of the node. */
export interface RaceNetwork {
  handle(protocol: string, handler: StreamHandler, options?: StreamHandlerOptions): Promise<void>
  unhandle(protocol: string): Promise<void>
  dialProtocol(peerId: PeerId, protocol: string, options?: { signal?: AbortSignal }): Promise<Stream>
}

export type HostChannel = RaceChannel<HostMessage, GuestMessage>
export type GuestChannel = RaceChannel<GuestMessage, HostMessage>

/** Somebody asks this laptop to take part, and waits for a person. */
export interface Invitation {
  readonly id: string
  readonly peerId: string
  /** The address it came from: the only host this laptop will fetch from. */
  readonly host: string
  readonly invite: Invite
  /** Milliseconds since 1970. */
  readonly at: number
}

export interface RaceDoorEvents {
  /** Invitations came, were answered or went. */
  changed: Record<string, never>
  /** One was accepted: the race may begin. */
  accepted: { invitation: Invitation; channel: GuestChannel }
}

interface Waiting {
  readonly invitation: Invitation
  readonly channel: GuestChannel
  readonly stopTimer: () => void
}

/** Invites laptops to races, and asks the person here about invitations of others. Nothing happens without consent. */
export class RaceDoor {
  readonly events: EventSource<RaceDoorEvents>
  readonly #emitter = new Emitter<RaceDoorEvents>()
  /** Asked when it is needed: it is there once the core runs. */
  readonly #network: () => RaceNetwork
  readonly #clock: Clock
  readonly #random: Random
  readonly #log: Logger
  readonly #waiting = new Map<string, Waiting>()
  readonly #cleanup = new Cleanup()

  constructor(init: { network: () => RaceNetwork; clock: Clock; random: Random; log: Logger }) {
    this.events = this.#emitter
    this.#network = init.network
    this.#clock = init.clock
    this.#random = init.random
    this.#log = init.log
  }

  async start(): Promise<void> {
    await this.#network().handle(RACE_PROTOCOL, (stream, connection) => this.#incoming(stream, connection), {
      maxInboundStreams: MAX_RACE_STREAMS,
      maxOutboundStreams: MAX_RACE_STREAMS,
    })
    this.#cleanup.add(() => this.#network().unhandle(RACE_PROTOCOL))
    this.#cleanup.add(() => {
      for (const id of [...this.#waiting.keys()]) this.#forget(id)
    })
  }

  stop(): Promise<void> {
    return this.#cleanup.run()
  }

  invitations(): Invitation[] {
    return [...this.#waiting.values()].map(({ invitation }) => invitation)
  }

  /** A person's answer. @throws ShoalError `not-found` when it is no longer there. */
  async answer(id: string, accept: boolean, link: LinkKind): Promise<void> {
    const waiting = this.#waiting.get(id)
    if (!waiting) throw new ShoalError('not-found', 'that invitation is no longer there')
    const { invitation, channel, stopTimer } = waiting
    stopTimer()
    this.#waiting.delete(id)
    this.#emitter.emit('changed', {})
    await channel
      .send({ is: 'answer', accept, link }, AbortSignal.timeout(INVITE_TIMEOUT_MS))
      .catch((error: unknown) => {
        throw new ShoalError('peer-gone', 'who invited is gone', { cause: error })
      })
    if (accept) this.#emitter.emit('accepted', { invitation, channel })
    else channel.close()
  }

  /**
   * Invites a laptop and waits for the person there.
   * @throws ShoalError `declined`, `timeout`, `peer-unreachable`.
   */
  async invite(
    peerId: PeerId,
    invite: Invite,
    signal: AbortSignal,
  ): Promise<{ channel: HostChannel; link: LinkKind }> {
    const stream = await this.#network()
      .dialProtocol(peerId, RACE_PROTOCOL, { signal })
      .catch((error: unknown) => {
        signal.throwIfAborted()
        throw new ShoalError('peer-unreachable', 'this laptop takes part in no races', { cause: error })
      })
    const channel: HostChannel = new RaceChannel(stream, guestMessageSchema, this.#clock)
    try {
      await channel.send(invite, signal)
      const answer = await withDeadline(
        ANSWER_TIMEOUT_MS,
        'the person there',
        (inner) => channel.receive(inner),
        {
          clock: this.#clock,
          signal,
        },
      )
      if (answer?.is !== 'answer' || !answer.accept)
        throw new ShoalError('declined', 'the invitation was declined')
      return { channel, link: answer.link }
    } catch (error) {
      channel.close(error instanceof Error ? error : undefined)
      throw error
    }
  }

  #incoming(stream: Stream, connection: Connection): void {
    this.#receive(stream, connection).catch((error: unknown) => {
      this.#log.debug('not an invitation', { error: errorMessage(error) })
      stream.abort(new ShoalError('protocol-violation', 'not an invitation'))
    })
  }

  async #receive(stream: Stream, connection: Connection): Promise<void> {
    const channel: GuestChannel = new RaceChannel(stream, hostMessageSchema, this.#clock)
    const invite = await withDeadline(
      INVITE_TIMEOUT_MS,
      'an invitation',
      (signal) => channel.receive(signal),
      {
        clock: this.#clock,
      },
    )
    if (invite?.is !== 'invite') throw new ShoalError('protocol-violation', 'not an invitation')
    const peerId = connection.remotePeer.toString()
    const host = connection.remoteAddr
      .getComponents()
      .find(({ name }) => name === 'ip4' || name === 'ip6')?.value
    const before = [...this.#waiting.values()].find(({ invitation }) => invitation.peerId === peerId)
    if (before) this.#forget(before.invitation.id)
    if (host === undefined || this.#waiting.size >= MAX_INVITATIONS) {
      await channel.send({ is: 'answer', accept: false, link: 'other' })
      return channel.close()
    }
    const name = sanitiseWords(invite.name, 64) || peerId.slice(-8)
    const id = toHex(this.#random.bytes(8))
    const invitation = { id, peerId, host, invite: { ...invite, name }, at: this.#clock.wallNow() }
    const stopTimer = this.#clock.after(ANSWER_TIMEOUT_MS, () => this.#forget(id))
    this.#waiting.set(id, { invitation, channel, stopTimer })
    stream.addEventListener('close', () => this.#forget(id))
    this.#emitter.emit('changed', {})
  }

  #forget(id: string): void {
    const waiting = this.#waiting.get(id)
    if (!waiting) return
    this.#waiting.delete(id)
    waiting.stopTimer()
    waiting.channel.close()
    this.#emitter.emit('changed', {})
  }
}
