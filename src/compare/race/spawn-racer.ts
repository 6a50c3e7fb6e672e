import type { RacerOptions, RacerOrder, RacerTold } from './messages.ts'

/** A racer's process, as who started it sees it. */
export interface RacerChild {
  send(order: RacerOrder): void
  /** Lets go of it: it cleans up and ends by itself. */
  release(): void
  /** Ends it at once, whatever it is doing. */
  kill(): void
}

export interface RacerChildEvents {
  onTold(told: RacerTold): void
  /** It is no more, or could not be started. */
  onGone(reason: string): void
}

/** Starts the racer's program in a process of its own. Who hosts the core knows how: not everywhere can a program be forked. */
export type SpawnRacer = (options: RacerOptions, events: RacerChildEvents) => RacerChild
