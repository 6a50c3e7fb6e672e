import type { LinkSpec } from '../../transport/links/index.ts'

/** What a racer is started with; its link is free until it is told. */
export interface RacerOptions {
  /** The medium is shared with the others. */
  readonly sharesAir: boolean
  /** Folder of the whole race; removed by its racers when nobody else is left to do it. */
  readonly dir: string
}

/** How to reach what is given out. */
export type Offer =
  | {
      readonly is: 'swarm'
      readonly cid: string
      readonly peerId: string
      readonly addresses: readonly string[]
    }
  | { readonly is: 'server'; readonly cid: string; readonly origin: string }
  /** Measures rates with who comes; `up` too, or down alone. */
  | {
      readonly is: 'meter'
      readonly host: string
      readonly port: number
      readonly token: string
      readonly up: boolean
    }

/** The interface to listen on, 127.0.0.1 or all of them. */
export type Host = '127.0.0.1' | '0.0.0.0' | '::'

/** What one process does in one run. `dir` is its own for this run. */
export type RoleOrder =
  | { readonly is: 'source' | 'server'; readonly dir: string; readonly file: string; readonly host: Host }
  | { readonly is: 'meter'; readonly host: Host; readonly up: boolean }
  | {
      readonly is: 'getter'
      readonly dir: string
      readonly offer: Offer
      readonly host: Host
      /** Nothing larger is fetched, whatever the offer turns out to be. */
      readonly maxBytes: number
    }

/** From the race to a racer. */
export type RacerOrder =
  | { readonly do: 'prepare'; readonly role: RoleOrder }
  | { readonly do: 'link'; readonly link: LinkSpec }
  /** Connect to these, each by its addresses. */
  | { readonly do: 'meet'; readonly others: readonly (readonly string[])[] }
  | { readonly do: 'go' }
  | { readonly do: 'finish' }
  /** Air granted. */
  | { readonly do: 'air'; readonly bytes: number }

/** A racer's counters at one moment. Times in milliseconds since 1970, fractions included. */
export interface RacerSample {
  readonly at: number
  /** On its sockets, since the process began. */
  readonly sent: number
  readonly received: number
  /** Bytes of the share, pages included, since `prepare`. */
  readonly payloadSent: number
  readonly payloadReceived: number
  /** Microseconds of processor time, since the process began; null: not asked for this time. */
  readonly cpu: number | null
  /** Verified bytes by giver: a server's origin, or a peer id. */
  readonly held: Readonly<Record<string, number>>
}

/** From a racer to the race. */
export type RacerTold =
  | { readonly is: 'started' }
  /** An offer of who gives; of who gets the peer id, and where others can meet it, if it is to be met. */
  | {
      readonly is: 'prepared'
      readonly offer: Offer | null
      readonly peerId: string | null
      readonly addresses: readonly string[]
    }
  | { readonly is: 'met' }
  | { readonly is: 'sample'; readonly sample: RacerSample }
  /** Everything is verified and on disk. `lastByteAt`: when the last of it arrived. */
  | {
      readonly is: 'complete'
      readonly at: number
      readonly lastByteAt: number
      readonly sample: RacerSample
    }
  | { readonly is: 'finished'; readonly sample: RacerSample }
  /** Bits per second; `up` null: not asked for. */
  | { readonly is: 'probed'; readonly down: number; readonly up: number | null }
  | { readonly is: 'failed'; readonly code: string; readonly message: string }
  | { readonly is: 'air'; readonly bytes: number }
