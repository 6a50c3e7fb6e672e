import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import { errorMessage, ShoalError, type Clock, type Logger, type Random } from '../../../base/index.ts'
import {
  DIAL_TIMEOUT_MS,
  LANE_AUTH_TIMEOUT_MS,
  LANE_OPEN_TIMEOUT_MS,
  LANE_PROTOCOL,
  LANE_RETRY_MS,
  LANE_TOKEN_BYTES,
} from '../limits.ts'
import type { Message } from '../wire/messages.ts'
import { Lane } from './lane.ts'
import { PeerLanes } from './peer-lanes.ts'
import { streamPipe } from './stream-pipe.ts'
import { dialTlsLane } from './tls-dial.ts'
import { createTlsIdentity, type TlsIdentity } from './tls-identity.ts'
import { TlsListener } from './tls-listener.ts'
import { TurnPacer } from './turn-pacer.ts'

/** One proven control stream, as far as lanes need it. */
export interface LaneControl {
  readonly peer: string
  readonly connection: Connection
  /** Of the certificate at the other end; undefined where TLS lanes are off or not known yet. */
  readonly laneFingerprint: Uint8Array | undefined
  send(message: Extract<Message, { is: 'lane' }>): void
  violation(error: ShoalError): void
}

/** Where the TLS lane of a pair stands. */
type TlsState =
  | { is: 'none'; retryAt: number }
  | { is: 'invited'; withdraw: () => void }
  | { is: 'dialling' }
  | { is: 'open' }

interface Pair {
  readonly lanes: PeerLanes
  readonly controls: Set<LaneControl>
  tls: TlsState
  failures: number
}

export interface LaneHubInit {
  readonly libp2p: Libp2p
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** Off: everything goes over libp2p streams. */
  readonly tls: boolean
}

const MAX_DOUBLINGS = 5

/** The lanes of every pair of peers. The swarm never waits for a TLS lane: parts go by whatever is there. */
export class LaneHub {
  readonly #init: LaneHubInit
  readonly #pacer: TurnPacer
  readonly #pairs = new Map<string, Pair>()
  #identity: TlsIdentity | undefined
  #listener: TlsListener | undefined

  constructor(init: LaneHubInit) {
    this.#init = init
    this.#pacer = new TurnPacer(init.clock)
  }

  /** TCP port of TLS lanes; 0 where they are off. */
  get port(): number {
    return this.#listener?.port ?? 0
  }

  get fingerprint(): Uint8Array | undefined {
    return this.#identity?.fingerprint
  }

  async start(): Promise<void> {
    const { libp2p, clock, log } = this.#init
    if (this.#init.tls) {
      this.#identity = await createTlsIdentity(clock)
      this.#listener = new TlsListener({ identity: this.#identity, clock, log, pacer: this.#pacer })
      await this.#listener.listen()
    }
    await libp2p.handle(LANE_PROTOCOL, (stream, connection) => this.#accept(stream, connection))
  }

  async stop(): Promise<void> {
    await this.#init.libp2p.unhandle(LANE_PROTOCOL)
    for (const pair of this.#pairs.values()) pair.lanes.close()
    this.#pacer.stop()
    await this.#listener?.close()
  }

  /** A control stream was proven; its peer's lanes live as long as one is there. */
  enter(control: LaneControl): PeerLanes {
    const pair = this.#pairs.get(control.peer) ?? this.#create(control.peer)
    pair.controls.add(control)
    return pair.lanes
  }

  leave(control: LaneControl): void {
    const pair = this.#pairs.get(control.peer)
    if (!pair?.controls.delete(control) || pair.controls.size > 0) return
    this.#pairs.delete(control.peer)
    if (pair.tls.is === 'invited') pair.tls.withdraw()
    pair.lanes.close()
  }

  /** Something is to be sent between this pair: invites the peer to a TLS lane where that is for us to do. */
  wanted(peer: string): void {
    const pair = this.#pairs.get(peer)
    if (!pair || pair.tls.is !== 'none' || this.#init.clock.now() < pair.tls.retryAt) return
    const control = [...pair.controls].find((c) => c.connection.direction === 'inbound' && c.laneFingerprint)
    if (control && this.#listener) this.#invite(pair, control, this.#listener)
  }

  /** The peer invites us. Followed only on a connection that we dialled, one at a time, not too often. */
  invited(control: LaneControl, port: number, token: Uint8Array): void {
    const pair = this.#pairs.get(control.peer)
    const host = hostOf(control.connection)
    if (!pair || !host || control.connection.direction !== 'outbound' || port === 0) return
    if (pair.tls.is !== 'none' || this.#init.clock.now() < pair.tls.retryAt) return
    if (this.#identity && control.laneFingerprint) void this.#dial(pair, control, { host, port, token })
  }

  /** The thread has something else to wait for than lanes. */
  stayAwake(): void {
    this.#pacer.stayAwake()
  }

  #create(peer: string): Pair {
    const { clock, log } = this.#init
    const lanes = new PeerLanes({
      peer,
      clock,
      log,
      openStream: () => this.#openStream(pair),
      isTlsComing: () => pair.tls.is === 'invited' || pair.tls.is === 'dialling',
      onViolation: (error) => [...pair.controls].forEach((control) => control.violation(error)),
      onLaneChange: () => this.#laneChanged(pair),
    })
    const pair: Pair = { lanes, controls: new Set(), tls: { is: 'none', retryAt: 0 }, failures: 0 }
    this.#pairs.set(peer, pair)
    return pair
  }

  #laneChanged(pair: Pair): void {
    if (pair.tls.is === 'open' && !pair.lanes.hasTls) this.#retryLater(pair)
  }

  #retryLater(pair: Pair): void {
    const wait = LANE_RETRY_MS * 2 ** Math.min(pair.failures++, MAX_DOUBLINGS)
    pair.tls = { is: 'none', retryAt: this.#init.clock.now() + wait }
    pair.lanes.tlsFailed()
  }

  #invite(pair: Pair, control: LaneControl, listener: TlsListener): void {
    const { clock, random } = this.#init
    const token = random.bytes(LANE_TOKEN_BYTES)
    const withdrawToken = listener.invite(token, {
      peer: control.peer,
      fingerprint: control.laneFingerprint!,
      sink: pair.lanes,
      accepted: (lane) => {
        stopTimer()
        this.#opened(pair, lane)
      },
    })
    const stopTimer = clock.after(LANE_OPEN_TIMEOUT_MS + LANE_AUTH_TIMEOUT_MS, () => {
      withdrawToken()
      this.#retryLater(pair)
    })
    const withdraw = (): void => {
      stopTimer()
      withdrawToken()
    }
    pair.tls = { is: 'invited', withdraw }
    control.send({ is: 'lane', port: listener.port, token })
  }

  async #dial(
    pair: Pair,
    control: LaneControl,
    to: { host: string; port: number; token: Uint8Array },
  ): Promise<void> {
    pair.tls = { is: 'dialling' }
    try {
      const lane = await dialTlsLane({
        ...to,
        peer: control.peer,
        identity: this.#identity!,
        fingerprint: control.laneFingerprint!,
        sink: pair.lanes,
        clock: this.#init.clock,
        pacer: this.#pacer,
      })
      this.#opened(pair, lane)
    } catch (error) {
      this.#init.log.debug('no TLS lane', { reason: errorMessage(error) })
      this.#retryLater(pair)
    }
  }

  #opened(pair: Pair, lane: Lane): void {
    pair.tls = { is: 'open' }
    pair.lanes.add(lane)
  }

  #accept(stream: Stream, connection: Connection): void {
    const pair = this.#pairs.get(connection.remotePeer.toString())
    if (pair) pair.lanes.add(this.#streamLane(pair.lanes, stream))
    else stream.abort(new ShoalError('unknown-share', 'no share in common'))
  }

  async #openStream(pair: Pair): Promise<Lane> {
    const control = [...pair.controls].find((c) => c.connection.status === 'open')
    if (!control) throw new ShoalError('peer-gone', 'no connection')
    const signal = AbortSignal.timeout(DIAL_TIMEOUT_MS)
    return this.#streamLane(pair.lanes, await control.connection.newStream(LANE_PROTOCOL, { signal }))
  }

  #streamLane(lanes: PeerLanes, stream: Stream): Lane {
    const pipe = streamPipe(stream, () => lane)
    const lane = new Lane({ kind: 'stream', peer: lanes.peer, pipe, sink: lanes, clock: this.#init.clock })
    return lane
  }
}

/** The IP address a connection goes to, as `node:tls` takes it. */
function hostOf(connection: Connection): string | undefined {
  const components = connection.remoteAddr.getComponents()
  const ip = components.find(({ name }) => name === 'ip4' || name === 'ip6')
  const zone = components.find(({ name }) => name === 'ip6zone')?.value
  if (!ip?.value) return undefined
  return zone ? `${ip.value}%${zone}` : ip.value
}
