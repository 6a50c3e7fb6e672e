import type { Libp2p } from '@libp2p/interface'
import { ShoalError, type Clock, type Logger, type Random, type Startable } from '../../base/index.ts'
import type { BufferPool, StoredShare } from '../../store/types.ts'
import { TokenBucket } from '../../transport/token-bucket.ts'
import { LaneHub } from './lanes/lane-hub.ts'
import { HelloAnswerer } from './link/answer.ts'
import { askForShare, type AskInit } from './link/ask.ts'
import { PerPeerBudget } from './link/per-peer.ts'
import { HELLO_PACE_PER_SECOND, MAX_STREAMS_PER_CONNECTION, SWARM_PROTOCOL } from './limits.ts'
import { UplinkBudget } from './policy/uplink.ts'
import { Session, type OwnRecord, type ShareLimits } from './share/session.ts'
import { UploadPump } from './share/upload-pump.ts'

export interface SwarmInit {
  readonly libp2p: Libp2p
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** Memory for parts on their way to the disk, for the whole app. */
  readonly buffers: BufferPool
  /** Limits of the whole app, bytes per second, 0 none. */
  readonly limits: ShareLimits
  /** `stream`: no TLS lanes, everything goes over libp2p. */
  readonly lanes: 'tls' | 'stream'
  /** What this laptop is called, as neighbours see it. */
  readonly name: () => string
  /** What this laptop signed of itself; neighbours pass it on. */
  readonly record: OwnRecord
}

export interface JoinOptions {
  /** Limits of this share alone, bytes per second, 0 none. */
  readonly limits?: ShareLimits
}

const NO_LIMITS: ShareLimits = { up: 0, down: 0 }

/** All shares of this node in the swarm, over one libp2p node. */
export interface Swarm extends Startable {
  /** TCP port of TLS lanes; 0 where there are none. */
  readonly lanePort: number
  readonly sessions: Iterable<Session>
  /** What the whole app may send and receive: whoever transfers outside the swarm takes from these too. */
  readonly limits: { readonly up: TokenBucket; readonly down: TokenBucket }
  /** Takes part in a share's swarm: serves what is held, fetches what is not. */
  join(share: StoredShare, options?: JoinOptions): Session
  /** Limits of the whole app, bytes per second, 0 none. Take effect at once. */
  setLimits(limits: ShareLimits): void
}

/** Makes the swarm of one node. Nothing happens before `start`. */
export function createSwarm(init: SwarmInit): Swarm {
  return new Libp2pSwarm(init)
}

class Libp2pSwarm implements Swarm {
  readonly #init: SwarmInit
  readonly #sessions = new Map<string, Session>()
  readonly #hub: LaneHub
  readonly #pump: UploadPump
  readonly #up: TokenBucket
  readonly #down: TokenBucket
  readonly #ask: AskInit
  readonly #answerer: HelloAnswerer

  constructor(init: SwarmInit) {
    this.#init = init
    const { libp2p, clock, random, log } = init
    this.#up = new TokenBucket({ clock, rate: init.limits.up })
    this.#down = new TokenBucket({ clock, rate: init.limits.down })
    this.#hub = new LaneHub({ libp2p, clock, random, log, tls: init.lanes === 'tls' })
    this.#pump = new UploadPump({ uplink: new UplinkBudget(), clock, limit: this.#up })
    const sessions = (): Iterable<Session> => this.#sessions.values()
    this.#answerer = new HelloAnswerer({ self: libp2p.peerId, clock, random, sessions })
    this.#ask = { libp2p, clock, random, log, pace: new PerPeerBudget(HELLO_PACE_PER_SECOND, clock) }
  }

  get lanePort(): number {
    return this.#hub.port
  }

  get limits(): { readonly up: TokenBucket; readonly down: TokenBucket } {
    return { up: this.#up, down: this.#down }
  }

  get sessions(): Iterable<Session> {
    return this.#sessions.values()
  }

  async start(): Promise<void> {
    const { libp2p } = this.#init
    await this.#hub.start()
    await libp2p.handle(SWARM_PROTOCOL, (stream, connection) => this.#answerer.answer(stream, connection), {
      maxInboundStreams: MAX_STREAMS_PER_CONNECTION,
      maxOutboundStreams: MAX_STREAMS_PER_CONNECTION,
    })
  }

  async stop(): Promise<void> {
    for (const session of [...this.#sessions.values()]) session.leave()
    this.#pump.stop()
    await this.#init.libp2p.unhandle(SWARM_PROTOCOL)
    await this.#hub.stop()
  }

  join(share: StoredShare, options: JoinOptions = {}): Session {
    const key = share.cid.toString()
    if (this.#sessions.has(key)) throw new ShoalError('internal', 'the share was joined already')
    const { libp2p, clock, random, log, buffers, name, record } = this.#init
    const session = new Session({
      share,
      limits: options.limits ?? NO_LIMITS,
      libp2p,
      clock,
      random,
      log,
      buffers,
      name,
      record,
      hub: this.#hub,
      pump: this.#pump,
      upLimit: this.#up,
      downLimit: this.#down,
      ask: (asking, candidate) => askForShare(this.#ask, asking, candidate),
      isAnswering: (peer) => this.#answerer.isAnswering(peer),
      onLeft: () => void this.#sessions.delete(key),
    })
    this.#sessions.set(key, session)
    return session
  }

  setLimits(limits: ShareLimits): void {
    this.#up.rate = limits.up
    this.#down.rate = limits.down
    this.#pump.pump()
  }
}
