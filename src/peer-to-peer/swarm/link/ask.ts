import type { Connection, Libp2p, PeerId, Stream } from '@libp2p/interface'
import { errorMessage, sleep, type Clock, type Logger, type Random } from '../../../base/index.ts'
import { DIAL_TIMEOUT_MS, HELLO_TIMEOUT_MS, SWARM_PROTOCOL } from '../limits.ts'
import type { AskOutcome, Candidate } from '../share/candidates.ts'
import { ControlStream, type ControlListener } from './control-stream.ts'
import { InitiatorHello } from './hello.ts'
import type { PerPeerBudget } from './per-peer.ts'

/** What asking needs of a share's session. */
export interface AskingSession {
  readonly cidBytes: Uint8Array
  isLinked(peer: string): boolean
  /** True when this hello may carry the wish for the root. */
  claimRoot(peer: string): boolean
  helloBegan(peer: string): void
  helloEnded(peer: string, outcome: AskOutcome): void
  attach(
    control: ControlStream,
    peerId: PeerId,
    connection: Connection,
    initiator: 'me',
    roundTrip: number,
  ): ControlListener
}

export interface AskInit {
  readonly libp2p: Libp2p
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** Keeps us below what the other side answers. */
  readonly pace: PerPeerBudget
}

/** Asks one peer whether it knows the share, connecting to it if need be. Never rejects. */
export async function askForShare(
  init: AskInit,
  session: AskingSession,
  candidate: Candidate,
): Promise<AskOutcome> {
  try {
    const connection = await connect(init.libp2p, candidate)
    for (let wait = init.pace.spend(candidate.key); wait > 0; wait = init.pace.spend(candidate.key)) {
      await sleep(wait, { clock: init.clock })
    }
    if (session.isLinked(candidate.key)) return 'duplicate'
    return await greet(init, session, connection, candidate)
  } catch (error) {
    init.log.debug('peer not asked', { peer: candidate.key, reason: errorMessage(error) })
    return isUnsupported(error) ? 'unknown' : 'failed'
  }
}

async function connect(libp2p: Libp2p, { peerId, addresses }: Candidate): Promise<Connection> {
  const open = libp2p.getConnections(peerId).find(({ status }) => status === 'open')
  if (open) return open
  if (addresses.length > 0) await libp2p.peerStore.merge(peerId, { multiaddrs: [...addresses] })
  return libp2p.dial(peerId, { signal: AbortSignal.timeout(DIAL_TIMEOUT_MS) })
}

async function greet(
  init: AskInit,
  session: AskingSession,
  connection: Connection,
  candidate: Candidate,
): Promise<AskOutcome> {
  let outcome: AskOutcome = 'failed'
  session.helloBegan(candidate.key)
  try {
    const signal = AbortSignal.timeout(HELLO_TIMEOUT_MS)
    const stream = await connection.newStream(SWARM_PROTOCOL, { signal })
    outcome = await hello(init, session, { stream, connection, candidate })
    return outcome
  } finally {
    session.helloEnded(candidate.key, outcome)
  }
}

function hello(
  { libp2p, clock, random }: AskInit,
  session: AskingSession,
  { stream, connection, candidate }: { stream: Stream; connection: Connection; candidate: Candidate },
): Promise<AskOutcome> {
  const { peerId } = candidate
  const steps = new InitiatorHello({
    cid: session.cidBytes,
    self: libp2p.peerId.toMultihash().bytes,
    peer: peerId.toMultihash().bytes,
    random,
    wantsRoot: session.claimRoot(candidate.key),
  })
  return new Promise((resolve) => {
    const end = (outcome: AskOutcome): void => {
      stopTimer()
      resolve(outcome)
      if (outcome !== 'linked') control.close()
    }
    const stopTimer = clock.after(HELLO_TIMEOUT_MS, () => end('failed'))
    let askedAt = clock.now()
    const listener: ControlListener = {
      message: (message) => {
        const step = steps.step(message)
        if (step.is === 'waiting') {
          askedAt = clock.now()
          return control.send(step.send)
        }
        if (step.is === 'unknown') return end('unknown')
        if (session.isLinked(candidate.key)) return end('duplicate')
        session.attach(control, peerId, connection, 'me', clock.now() - askedAt)
        end('linked')
      },
      closed: () => end('failed'),
    }
    const control = new ControlStream(stream, listener, clock)
    control.send(steps.first())
  })
}

function isUnsupported(error: unknown): boolean {
  return error instanceof Error && error.name === 'UnsupportedProtocolError'
}
