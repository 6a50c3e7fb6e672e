import type { TrafficView } from '../../../../src/contract/index.ts'

type Message = TrafficView['messages'][number]

/** What is where after so many steps: first each message goes down and becomes a segment, then each segment goes up. */
export interface Scene {
  /** Messages still in their sockets. */
  readonly waiting: readonly Message[]
  /** Segments on the one way, first in front. */
  readonly onTheWay: readonly Message[]
  /** Messages that came out. */
  readonly arrived: readonly Message[]
  readonly last:
    { readonly is: 'start' } | { readonly is: 'handed' | 'risen' | 'lost'; readonly message: Message }
}

export function stepsOf({ messages }: TrafficView): number {
  return 2 * messages.length
}

/** The scene after `step` steps: a function of the step alone, so that going back is the same as never having gone. */
export function sceneAt({ messages }: TrafficView, step: number): Scene {
  const down = Math.min(step, messages.length)
  const up = Math.max(0, step - messages.length)
  const message = step > messages.length ? messages[up - 1] : messages[down - 1]
  const is = step <= messages.length ? 'handed' : message?.observed === null ? 'lost' : 'risen'
  return {
    waiting: messages.slice(down),
    onTheWay: messages.slice(up, down),
    arrived: messages.slice(0, up).filter(({ observed }) => observed !== null),
    last: message ? { is, message } : { is: 'start' },
  }
}
