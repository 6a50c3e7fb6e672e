/** A message to be passed on. */
export interface QueueItem {
  /** Reverse path; empty for notifications. */
  readonly from: string
  readonly recipients: readonly string[]
  /** CRLF line ends throughout. */
  readonly message: Uint8Array
  readonly messageId: string
  readonly is8Bit: boolean
  readonly isSmtpUtf8: boolean
}

/** What an attempt led to for one recipient. */
export type Outcome =
  | { readonly is: 'delivered'; readonly server: string; readonly text: string }
  | {
      readonly is: 'failed' | 'deferred'
      /** Enhanced status, RFC 3463. */
      readonly status: string
      readonly text: string
      /** The server that said so; undefined when it is our own reason. */
      readonly server: string | undefined
      /** It holds for everybody at that domain: nobody was reached. */
      readonly isWholeDomain: boolean
    }

export type RecipientState = 'waiting' | 'delivered' | 'failed' | 'dropped'

/** One recipient of a queued message, for people to see. */
export interface QueuedRecipient {
  readonly address: string
  readonly state: RecipientState
  /** On its way at this moment. */
  readonly isActive: boolean
  readonly attempts: number
  /** Milliseconds since 1970; meaningful while it waits. */
  readonly nextAt: number
  /** What was said last; empty before the first attempt. */
  readonly reason: string
  /** The server it was said by, or that took the message. */
  readonly server: string
}

export type StepKind =
  'queued' | 'route' | 'delivered' | 'deferred' | 'failed' | 'notified' | 'retried' | 'dropped'

export interface QueueStep {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly what: StepKind
  /** Empty when it concerned all of them. */
  readonly recipient: string
  readonly detail: string
}

/** A message of the queue or of its recent past. */
export interface QueuedMessage {
  readonly id: number
  readonly messageId: string
  readonly from: string
  readonly subject: string
  readonly size: number
  readonly queuedAt: number
  /** Null while somebody still waits for it. */
  readonly finishedAt: number | null
  readonly recipients: readonly QueuedRecipient[]
}

export interface QueueEvents {
  /** Something about a message changed. */
  changed: { readonly id: number }
}
