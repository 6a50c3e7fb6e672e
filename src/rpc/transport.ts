/**
 * What a link needs of whatever carries it: frames of text, in order, or the end. Adapters know nothing of calls; the
 * link knows nothing of sockets. A frame that is not text (binary, an object through a port) is handed on as it came,
 * for the link to count as malformed.
 */
export interface FrameTransport {
  /** Sends one frame; does nothing once closed. Never throws. */
  send(frame: string): void
  /** Sets the one listener; frames that came before are delivered first. */
  onFrame(listener: (frame: unknown) => void): void
  /** Called once, also when the transport is closed already. `reason` is for people. */
  onClose(listener: (reason: string) => void): void
  close(): void
}

/** The receiving half of every adapter: keeps what arrives until somebody listens, and the end until it was told. */
export class Inbox {
  #waiting: unknown[] = []
  #onFrame: ((frame: unknown) => void) | undefined
  #onClose: ((reason: string) => void) | undefined
  #closed: string | undefined

  get isClosed(): boolean {
    return this.#closed !== undefined
  }

  deliver(frame: unknown): void {
    if (this.#closed !== undefined) return
    if (this.#onFrame) this.#onFrame(frame)
    else this.#waiting.push(frame)
  }

  closed(reason: string): void {
    if (this.#closed !== undefined) return
    this.#closed = reason
    this.#onClose?.(reason)
  }

  onFrame(listener: (frame: unknown) => void): void {
    this.#onFrame = listener
    const waiting = this.#waiting
    this.#waiting = []
    for (const frame of waiting) listener(frame)
  }

  onClose(listener: (reason: string) => void): void {
    this.#onClose = listener
    if (this.#closed !== undefined) listener(this.#closed)
  }
}
