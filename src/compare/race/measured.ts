import type { Mode } from '../../contract/index.ts'
import type { RacerSample } from './messages.ts'
import type { ProcessorTimes } from './processor.ts'

/** A sample in seconds since the start of a run, counted from there. */
export interface Moment {
  readonly t: number
  readonly sent: number
  readonly received: number
  readonly payloadSent: number
  readonly payloadReceived: number
  /** Seconds of processor time; undefined: not known of this moment. */
  readonly cpu: number | undefined
  readonly held: Readonly<Record<string, number>>
}

/** One process's part in a run, the first moment at its start. */
export interface Trace {
  readonly id: string
  readonly name: string
  /** As whom others know it: a peer id, or a server's origin. */
  readonly giverKey: string
  readonly moments: readonly Moment[]
  /** Seconds; undefined when it did not get everything. */
  readonly completeAt: number | undefined
  readonly lastByteAt: number | undefined
}

/** Everything that was measured of one run. */
export interface Measured {
  readonly mode: Mode
  readonly size: number
  /** Until the last downloader was complete, or the run was given up. */
  readonly seconds: number
  readonly isComplete: boolean
  readonly sources: readonly Trace[]
  readonly peers: readonly Trace[]
  readonly processor: readonly (ProcessorTimes & { readonly t: number })[]
  readonly switchedOffAt: number | undefined
}

/** Seconds of processor time that a process took in all. */
export function cpuSeconds({ moments }: Trace): number {
  return moments.findLast(({ cpu }) => cpu !== undefined)?.cpu ?? 0
}

/** Gathers one process's samples. */
export class Recorder {
  readonly id: string
  readonly name: string
  giverKey = ''
  readonly #moments: Moment[] = []
  readonly #startedAt: number
  #first: RacerSample | undefined
  #completeAt: number | undefined
  #lastByteAt: number | undefined

  /** `startedAt` in milliseconds since 1970. */
  constructor(init: { id: string; name: string; giverKey: string; startedAt: number }) {
    this.id = init.id
    this.name = init.name
    this.giverKey = init.giverKey
    this.#startedAt = init.startedAt
  }

  get last(): Moment | undefined {
    return this.#moments.at(-1)
  }

  get completeAt(): number | undefined {
    return this.#completeAt
  }

  add(sample: RacerSample): void {
    const first = (this.#first ??= sample)
    this.#moments.push({
      t: Math.max(0, this.#seconds(sample.at)),
      sent: sample.sent - first.sent,
      received: sample.received - first.received,
      payloadSent: sample.payloadSent,
      payloadReceived: sample.payloadReceived,
      cpu: sample.cpu === null ? undefined : (sample.cpu - (first.cpu ?? 0)) / 1e6,
      held: sample.held,
    })
  }

  /** The sample counts as taken at `at`: asking the system takes a while, longer where it is busy. */
  complete({ at, lastByteAt, sample }: { at: number; lastByteAt: number; sample: RacerSample }): void {
    this.add({ ...sample, at })
    this.#completeAt = this.#seconds(at)
    this.#lastByteAt = this.#seconds(lastByteAt)
  }

  trace(): Trace {
    const { id, name, giverKey } = this
    const moments = this.#moments
    return { id, name, giverKey, moments, completeAt: this.#completeAt, lastByteAt: this.#lastByteAt }
  }

  #seconds(at: number): number {
    return (at - this.#startedAt) / 1000
  }
}
