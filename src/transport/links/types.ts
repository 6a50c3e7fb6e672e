/** A medium shared with other processes: bytes cross it only when it is free. */
export interface Air {
  /** Takes air for so many bytes if it was granted already. */
  tryTake(bytes: number): boolean
  /** Asks for more; calls back once some is granted. */
  whenGranted(callback: () => void): void
}

/** The link of one process. Rates in bytes per second, 0 is no limit. */
export interface LinkSpec {
  readonly up: number
  readonly down: number
  /** One connection's rate: what the other end's link takes. 0: no limit. */
  readonly connection?: number | undefined
  /** One way, milliseconds. */
  readonly delayMs?: number | undefined
}

/** Bytes that went over this process's TCP connections, everything counted. */
export interface LinkCounters {
  readonly sent: number
  readonly received: number
  /** When more than a control message last arrived, on the link's clock. */
  readonly lastBulkAt: number
}
