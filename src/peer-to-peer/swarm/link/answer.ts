import type { Connection, PeerId, Stream } from '@libp2p/interface'
import { ShoalError, type Clock, type Random } from '../../../base/index.ts'
import { HELLO_TIMEOUT_MS, MAX_HELLO_TRIES_PER_SECOND, MAX_UNPROVEN_STREAMS } from '../limits.ts'
import type { Message } from '../wire/messages.ts'
import { ControlStream, type ControlListener } from './control-stream.ts'
import { ResponderHello, type KnownShare } from './hello.ts'
import { PerPeerBudget } from './per-peer.ts'

/** What answering needs of a share's session. */
export interface AnsweringSession extends KnownShare {
  isBanned(peer: string): boolean
  /** A hello of ours to the same peer is under way, or just came through, and takes precedence. */
  refusesDuplicate(peerId: PeerId): boolean
  attach(
    control: ControlStream,
    peerId: PeerId,
    connection: Connection,
    initiator: 'them',
    roundTrip: number,
  ): ControlListener
  sendRoot(to: { send(message: Message): void }): void
}

export interface AnswererInit {
  readonly self: PeerId
  readonly clock: Clock
  readonly random: Random
  readonly sessions: () => Iterable<AnsweringSession>
}

/** Answers hellos. Until a peer has proven that it knows a share it costs little and learns nothing. */
export class HelloAnswerer {
  readonly #init: AnswererInit
  readonly #tries: PerPeerBudget
  /** Streams that have not proven anything, by peer. */
  readonly #answering = new Map<string, number>()
  #unproven = 0

  constructor(init: AnswererInit) {
    this.#init = init
    this.#tries = new PerPeerBudget(MAX_HELLO_TRIES_PER_SECOND, init.clock)
  }

  /** A hello from this peer is under way. */
  isAnswering(peer: string): boolean {
    return this.#answering.has(peer)
  }

  answer(stream: Stream, connection: Connection): void {
    const peer = connection.remotePeer.toString()
    if (this.#unproven >= MAX_UNPROVEN_STREAMS || this.#tries.spend(peer) > 0) {
      return stream.abort(new ShoalError('rate-limited', 'too many hellos'))
    }
    this.#began(peer)
    let stopTimer = (): void => {}
    let isSettled = false
    let askedAt = this.#init.clock.now()
    const settle = (): void => {
      if (isSettled) return
      isSettled = true
      stopTimer()
      this.#ended(peer)
    }
    const steps = this.#steps(connection.remotePeer)
    const listener: ControlListener = {
      message: (message) => {
        const step = steps.step(message)
        if (step.is === 'proven') {
          settle()
          return this.#accept(control, connection, step, this.#init.clock.now() - askedAt)
        }
        askedAt = this.#init.clock.now()
        if (step.send) control.send(step.send)
        if (step.is === 'unknown') control.close()
      },
      closed: settle,
    }
    const control = new ControlStream(stream, listener, this.#init.clock)
    stopTimer = this.#init.clock.after(HELLO_TIMEOUT_MS, () =>
      control.abort(new ShoalError('timeout', 'hello not finished')),
    )
  }

  #began(peer: string): void {
    this.#unproven++
    this.#answering.set(peer, (this.#answering.get(peer) ?? 0) + 1)
  }

  #ended(peer: string): void {
    this.#unproven--
    const left = this.#answering.get(peer)! - 1
    if (left > 0) this.#answering.set(peer, left)
    else this.#answering.delete(peer)
  }

  #steps(remotePeer: PeerId): ResponderHello<AnsweringSession> {
    const { self, random, sessions } = this.#init
    const peer = remotePeer.toString()
    return new ResponderHello({
      self: self.toMultihash().bytes,
      peer: remotePeer.toMultihash().bytes,
      random,
      shares: () => [...sessions()].filter((session) => !session.isBanned(peer)),
    })
  }

  #accept(
    control: ControlStream,
    connection: Connection,
    step: { share: AnsweringSession; send?: Message; wantsRoot: boolean },
    roundTrip: number,
  ): void {
    const session = step.share
    // Its own stream to us is on its way: it knows by the same rule that this one goes.
    if (session.refusesDuplicate(connection.remotePeer)) return control.close()
    if (step.send) control.send(step.send)
    session.attach(control, connection.remotePeer, connection, 'them', roundTrip)
    if (step.wantsRoot) session.sendRoot(control)
  }
}
