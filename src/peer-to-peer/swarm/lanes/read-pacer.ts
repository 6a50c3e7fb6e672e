import type { TLSSocket } from 'node:tls'
import type { Clock } from '../../../base/index.ts'
import { READ_NAP_MS, WORTH_READING_BYTES } from '../limits.ts'

/** Node's own handle below a socket; `reading` is what Node itself goes by. */
interface ReadableHandle {
  reading: boolean
  readStart(): number
  readStop(): number
}

/** Stops and goes on reading below the stream, where a pause costs no more than a flag. */
export interface PacedSocket {
  stop(): void
  start(): void
}

/**
 * On a link slower than the machine every packet wakes the process: tens of thousands of reads of 1.4 KB, which cost more
 * than everything else together. So lanes that had little to read rest a moment, all of them until the same tick, and
 * then read what has gathered in one go. A lane that fills its reads never rests.
 */
export class ReadPacer {
  readonly #clock: Clock
  readonly #resting = new Set<PacedRead>()
  #stopTimer: (() => void) | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  pace(socket: PacedSocket): PacedRead {
    return new PacedRead(socket, (read) => this.#rest(read))
  }

  /** Everybody who rests is woken, and no timer is left. */
  stop(): void {
    this.#stopTimer?.()
    this.#tick()
  }

  #rest(read: PacedRead): void {
    this.#resting.add(read)
    this.#stopTimer ??= this.#clock.after(READ_NAP_MS, () => this.#tick())
  }

  #tick(): void {
    this.#stopTimer = undefined
    const all = [...this.#resting]
    this.#resting.clear()
    for (const read of all) read.wake()
  }
}

/** The reading of one lane. */
export class PacedRead {
  readonly #socket: PacedSocket
  readonly #rest: (read: PacedRead) => void
  #bytes = 0
  #state: 'awake' | 'looking' | 'resting' | 'ended' = 'awake'
  #isHeld = false

  constructor(socket: PacedSocket, rest: (read: PacedRead) => void) {
    this.#socket = socket
    this.#rest = rest
  }

  /** So many bytes came in one read. */
  read(bytes: number): void {
    this.#bytes += bytes
    if (this.#state !== 'awake') return
    this.#state = 'looking'
    // After everything this turn of the event loop had to read.
    setImmediate(() => this.#look())
  }

  /** The lane itself cannot take more for now: resting or not, nothing is read until `release`. */
  hold(): void {
    this.#isHeld = true
    this.#socket.stop()
  }

  release(): void {
    this.#isHeld = false
    if (this.#state !== 'resting' && this.#state !== 'ended') this.#socket.start()
  }

  wake(): void {
    if (this.#state !== 'resting') return
    this.#state = 'awake'
    if (!this.#isHeld) this.#socket.start()
  }

  end(): void {
    this.#state = 'ended'
  }

  #look(): void {
    if (this.#state !== 'looking') return
    const isWorthIt = this.#bytes >= WORTH_READING_BYTES
    this.#bytes = 0
    this.#state = isWorthIt ? 'awake' : 'resting'
    if (isWorthIt) return
    this.#socket.stop()
    this.#rest(this)
  }
}

/** The socket's handle as something to pace. Nothing happens once it is gone. */
export function pacedSocket(socket: TLSSocket): PacedSocket {
  const handle = (): ReadableHandle | null =>
    (socket as unknown as { _handle: ReadableHandle | null })._handle
  const set = (isReading: boolean): void => {
    const current = handle()
    if (!current || socket.destroyed || current.reading === isReading) return
    current.reading = isReading
    if (isReading) current.readStart()
    else current.readStop()
  }
  return { stop: () => set(false), start: () => set(true) }
}
