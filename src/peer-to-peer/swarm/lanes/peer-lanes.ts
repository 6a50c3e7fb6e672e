import { errorMessage, ShoalError, type Clock, type Logger } from '../../../base/index.ts'
import { TokenBucket } from '../../../transport/token-bucket.ts'
import { LANE_OPEN_TIMEOUT_MS, MAX_UNSOLICITED_BYTES, MIN_UNSOLICITED_BLOCK, RETRY_MS } from '../limits.ts'
import type { BlockFrame, MessageFrame, MessagesReceivedFrame } from '../wire/blocks.ts'
import { violation } from '../wire/bytes.ts'
import type { BlockTarget } from './lane-reader.ts'
import type { Lane, LaneKind, LaneSink, Payload } from './lane.ts'

/** Who takes the blocks of one share from one peer. */
export interface BlockReceiver {
  blockStart(lane: Lane, block: BlockFrame): BlockTarget
  blockEnd(lane: Lane, block: BlockFrame): void
  laneClosed(lane: Lane): void
}

/** Who takes the messages of one share from one peer that come by a lane. */
export interface MessageReceiver {
  message(lane: Lane, frame: MessageFrame, bytes: Uint8Array): void
  messagesReceived(frame: MessagesReceivedFrame): void
  laneClosed(lane: Lane): void
}

/** What one share takes from one peer. */
interface Receivers {
  readonly blocks: BlockReceiver
  readonly messages: MessageReceiver
}

/** Who sent the blocks of one share to one peer. */
export interface BlockSender {
  acknowledged(bytes: number, part: number): void
  /** Nothing sent and not acknowledged can be relied upon any more. */
  laneLost(): void
}

export interface PeerLanesInit {
  readonly peer: string
  readonly clock: Clock
  readonly log: Logger
  /** Opens a stream lane; its sink is these lanes. */
  readonly openStream: (lanes: PeerLanes) => Promise<Lane>
  /** A TLS lane is being opened. */
  readonly isTlsComing: () => boolean
  /** The peer sends what no honest peer sends. */
  readonly onViolation: (error: ShoalError) => void
  readonly onLaneChange: () => void
}

interface Sent {
  readonly lane: Lane
  readonly sender: BlockSender
  readonly part: number
  readonly bytes: number
  /** Received, or never to be. */
  readonly onDone: () => void
  left: number
}

const MAX_HANDLE = 65_535

/**
 * All lanes between this node and one peer, whoever opened them. Blocks go over TLS once it is there; a part stays on
 * the lane it began on. Acknowledgements are passed on in the order of sending, whichever lane they came by.
 */
export class PeerLanes implements LaneSink {
  readonly peer: string
  readonly #init: PeerLanesInit
  readonly #lanes = new Set<Lane>()
  readonly #receivers = new Map<number, Receivers>()
  readonly #receiving = new Map<Lane, BlockReceiver>()
  readonly #unsolicited: TokenBucket
  #sent: Sent[] = []
  #nextHandle = 1
  #opening: Promise<Lane> | undefined
  /** Ends the wait for a TLS lane. */
  #waitNoLonger: () => void = () => {}
  #failures = 0
  #isOpen = true

  constructor(init: PeerLanesInit) {
    this.peer = init.peer
    this.#init = init
    const rate = MAX_UNSOLICITED_BYTES / 60
    this.#unsolicited = new TokenBucket({ clock: init.clock, rate, burst: MAX_UNSOLICITED_BYTES })
  }

  /** The lane that new parts go by, undefined while there is none. */
  get kind(): LaneKind | undefined {
    return this.#best()?.kind
  }

  get hasTls(): boolean {
    return this.#best()?.kind === 'tls'
  }

  /** The lane that messages may take. */
  get tls(): Lane | undefined {
    const best = this.#best()
    return best?.kind === 'tls' ? best : undefined
  }

  /** Numbers a share for what comes here; the returned function forgets it. */
  register(blocks: BlockReceiver, messages: MessageReceiver): { handle: number; release: () => void } {
    while (this.#receivers.has(this.#nextHandle)) this.#nextHandle = (this.#nextHandle % MAX_HANDLE) + 1
    const handle = this.#nextHandle
    this.#nextHandle = (handle % MAX_HANDLE) + 1
    this.#receivers.set(handle, { blocks, messages })
    return { handle, release: () => void this.#receivers.delete(handle) }
  }

  add(lane: Lane): void {
    if (!this.#isOpen) return lane.close()
    this.#lanes.add(lane)
    this.#waitNoLonger()
    this.#init.onLaneChange()
  }

  /** The TLS lane does not come. */
  tlsFailed(): void {
    this.#waitNoLonger()
  }

  /** A lane for a new part: the one that is there, else TLS if it comes soon, else a stream as soon as one can be had. */
  async ready(): Promise<Lane> {
    const best = this.#best()
    if (best) return best
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined))
    return this.#opening
  }

  /** Sends a block and remembers who is to be told of its acknowledgement. */
  send(
    lane: Lane,
    block: BlockFrame,
    payload: Payload,
    sender: BlockSender,
    { onDone, onFlushed }: { onDone: () => void; onFlushed: () => void },
  ): void {
    const { length } = payload.bytes
    this.#sent.push({ lane, sender, part: block.part, bytes: length, left: length, onDone })
    lane.sendBlock(block, payload, onFlushed)
  }

  /** A sender has stopped, or given up a part: acknowledgements still to come are nobody's. */
  forget(sender: BlockSender, part?: number): void {
    this.#sent = this.#sent.map((sent) => {
      const isMeant = sent.sender === sender && (part === undefined || sent.part === part)
      return isMeant ? { ...sent, sender: NOBODY } : sent
    })
  }

  close(error?: Error): void {
    this.#isOpen = false
    this.#waitNoLonger()
    for (const lane of this.#lanes) lane.close(error)
  }

  blockStart(lane: Lane, block: BlockFrame): BlockTarget {
    const receiver = this.#receivers.get(block.handle)?.blocks
    const target = receiver?.blockStart(lane, block) ?? 'drop'
    if (target === 'drop') this.#countUnsolicited(block.length)
    if (target !== 'wait' && receiver) this.#receiving.set(lane, receiver)
    return target
  }

  blockEnd(lane: Lane, block: BlockFrame): void {
    // Whoever gave the memory is told, even if the share was left in between.
    const receiver = this.#receiving.get(lane)
    this.#receiving.delete(lane)
    receiver?.blockEnd(lane, block)
  }

  /** Of a share that was left in between: nobody's. */
  message(lane: Lane, frame: MessageFrame, bytes: Uint8Array): void {
    this.#receivers.get(frame.handle)?.messages.message(lane, frame, bytes)
  }

  messagesReceived(_lane: Lane, frame: MessagesReceivedFrame): void {
    this.#receivers.get(frame.handle)?.messages.messagesReceived(frame)
  }

  acknowledged(lane: Lane, bytes: number): void {
    let rest = bytes
    for (const sent of this.#sent) {
      if (rest === 0) break
      if (sent.lane !== lane || sent.left === 0) continue
      const taken = Math.min(rest, sent.left)
      sent.left -= taken
      rest -= taken
    }
    while (this.#sent.length > 0 && this.#sent[0]!.left === 0) {
      const { sender, bytes: done, part, onDone } = this.#sent.shift()!
      onDone()
      sender.acknowledged(done, part)
    }
  }

  closed(lane: Lane, error: Error | undefined): void {
    if (!this.#lanes.delete(lane)) return
    this.#init.log.debug('lane closed', { kind: lane.kind, reason: errorMessage(error ?? 'ended') })
    const hit = new Set(this.#sent.filter((sent) => sent.lane === lane).map((sent) => sent.sender))
    // The sender begins again with all it has out, on this lane or another.
    for (const sent of this.#sent) if (sent.lane === lane) sent.onDone()
    this.#sent = this.#sent.filter((sent) => sent.lane !== lane)
    for (const sender of hit) this.forget(sender)
    for (const sender of hit) sender.laneLost()
    const receivers = new Set([...this.#receivers.values()].map(({ blocks }) => blocks))
    const receiving = this.#receiving.get(lane)
    if (receiving) receivers.add(receiving)
    this.#receiving.delete(lane)
    for (const receiver of receivers) receiver.laneClosed(lane)
    for (const { messages } of this.#receivers.values()) messages.laneClosed(lane)
    if (error instanceof ShoalError && error.code === 'protocol-violation') this.#init.onViolation(error)
    this.#init.onLaneChange()
  }

  #best(): Lane | undefined {
    let best: Lane | undefined
    for (const lane of this.#lanes) if (!best || (lane.kind === 'tls' && best.kind !== 'tls')) best = lane
    return best
  }

  async #open(): Promise<Lane> {
    if (this.#init.isTlsComing()) await this.#waitForTls()
    while (this.#isOpen) {
      const best = this.#best()
      if (best) return best
      try {
        const lane = await this.#init.openStream(this)
        this.#failures = 0
        if (!this.#lanes.has(lane)) this.add(lane)
        return this.#best() ?? lane
      } catch (error) {
        this.#init.log.debug('no stream lane', { reason: errorMessage(error) })
        const wait = RETRY_MS[Math.min(this.#failures++, RETRY_MS.length - 1)]!
        await new Promise<void>((resolve) => void this.#init.clock.after(wait, resolve))
      }
    }
    throw new ShoalError('peer-gone', 'the peer left')
  }

  /** Worth a moment: a byte costs several times as much on a stream. */
  async #waitForTls(): Promise<void> {
    await new Promise<void>((resolve) => {
      const stop = this.#init.clock.after(LANE_OPEN_TIMEOUT_MS, resolve)
      this.#waitNoLonger = () => {
        stop()
        resolve()
      }
    })
  }

  /** Late answers to cancelled requests are dropped, but not for ever. */
  #countUnsolicited(bytes: number): void {
    if (this.#unsolicited.delay() > 0) throw violation('endless blocks that nobody asked for')
    this.#unsolicited.take(Math.max(bytes, MIN_UNSOLICITED_BLOCK))
  }
}

const NOBODY: BlockSender = { acknowledged: () => {}, laneLost: () => {} }
