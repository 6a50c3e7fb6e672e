import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { Emitter, systemClock, systemRandom } from '../../base/index.ts'
import type { StoredShare } from '../../store/types.ts'
import { ControlStream } from './link/control-stream.ts'
import { InitiatorHello } from './link/hello.ts'
import { LANE_PROTOCOL, SWARM_PROTOCOL } from './limits.ts'
import { encodeLaneFrame, type BlockFrame } from './wire/blocks.ts'
import { frame } from './wire/frames.ts'
import type { Message, StateMessage } from './wire/messages.ts'

interface HostileEvents {
  message: Message
  closed: { error: Error | undefined }
}

/**
 * A peer that knows the share and speaks the protocol up to the point where a test makes it lie. For tests: it asks an
 * honest node, proves itself, and from then on sends whatever it is told to.
 */
export class HostilePeer {
  readonly libp2p: Libp2p
  readonly #events = new Emitter<HostileEvents>()
  readonly received: Message[] = []
  #connection: Connection | undefined
  #control: ControlStream | undefined
  #stream: Stream | undefined
  #lane: Stream | undefined
  #theirs: StateMessage | undefined
  isClosed = false

  constructor(libp2p: Libp2p) {
    this.libp2p = libp2p
  }

  /** Proves that it knows the share; resolves once the honest node has introduced itself. */
  async join(to: Multiaddr[], share: StoredShare, state: Partial<StateMessage> = {}): Promise<void> {
    this.#connection = await this.libp2p.dial(to)
    const introduced = this.next((message) => message.is === 'state')
    // The honest node may be asking us at the same moment; then it closes our stream and expects to be answered.
    while ((await this.#hello(this.#connection, share)) === 'refused');
    this.#theirs = (await introduced) as StateMessage
    const own: StateMessage = {
      is: 'state',
      name: 'hostile',
      isSource: false,
      hasRoot: true,
      handle: 77,
      fingerprint: undefined,
      record: undefined,
    }
    this.send({ ...own, ...state })
  }

  /** One hello: proven, answered with `unknown`, or refused without an answer. */
  async #hello(connection: Connection, share: StoredShare): Promise<'proven' | 'unknown' | 'refused'> {
    const stream = await connection.newStream(SWARM_PROTOCOL)
    const steps = new InitiatorHello({
      cid: share.cid.bytes,
      self: this.libp2p.peerId.toMultihash().bytes,
      peer: connection.remotePeer.toMultihash().bytes,
      random: systemRandom,
      wantsRoot: false,
    })
    return new Promise((resolve) => {
      let isUnknown = false
      const closed = (error: Error | undefined): void => {
        resolve(isUnknown ? 'unknown' : 'refused')
        if (isUnknown) this.#closed(error)
      }
      const message = (received: Message): void => {
        const step = steps.step(received)
        if (step.is === 'waiting') return control.send(step.send)
        if (step.is === 'unknown') return void (isUnknown = true)
        control.prove({ message: (m) => this.#take(m), closed: (error) => this.#closed(error) })
        resolve('proven')
      }
      const control = new ControlStream(stream, { message, closed }, systemClock)
      this.#stream = stream
      this.#control = control
      control.send(steps.first())
    })
  }

  send(message: Message): void {
    this.#control!.send(message)
  }

  /** Bytes on the control stream that need not be a message. */
  sendRaw(bytes: Uint8Array): void {
    this.#stream!.send(bytes)
  }

  /** A body with an honest length before it. */
  sendFrame(body: Uint8Array): void {
    this.sendRaw(frame(body))
  }

  /** Claims to hold everything. */
  claimAll(parts: number): void {
    const bytes = new Uint8Array(Math.ceil(parts / 8)).fill(255)
    this.send({ is: 'update', have: [], request: [], cancel: [], credit: 0, bitmap: { parts, bytes } })
  }

  async sendBlock(
    block: Omit<BlockFrame, 'is' | 'handle'> & { handle?: number },
    payload: Uint8Array,
  ): Promise<void> {
    this.#lane ??= await this.#connection!.newStream(LANE_PROTOCOL)
    this.#lane.send(encodeLaneFrame({ is: 'block', handle: this.#theirs!.handle, ...block }))
    this.#lane.send(payload)
  }

  async sendLaneRaw(bytes: Uint8Array): Promise<void> {
    this.#lane ??= await this.#connection!.newStream(LANE_PROTOCOL)
    this.#lane.send(bytes)
  }

  /** The first message, past or to come, that satisfies the condition. */
  next(is: (message: Message) => boolean): Promise<Message> {
    const past = this.received.find(is)
    if (past) return Promise.resolve(past)
    return new Promise((resolve) => {
      const stop = this.#events.on('message', (message) => {
        if (!is(message)) return
        stop()
        resolve(message)
      })
    })
  }

  on(listener: (message: Message) => void): void {
    this.#events.on('message', listener)
  }

  /** Resolves when the honest node has had enough. */
  closed(): Promise<void> {
    if (this.isClosed) return Promise.resolve()
    return new Promise((resolve) => void this.#events.on('closed', () => resolve()))
  }

  /** Alive as far as anybody can tell. */
  #take(message: Message): void {
    if (message.is === 'ping') this.send({ is: 'pong', id: message.id })
    this.received.push(message)
    this.#events.emit('message', message)
  }

  #closed(error: Error | undefined): void {
    this.isClosed = true
    this.#events.emit('closed', { error })
  }
}
