import { Inbox, type FrameTransport } from './transport.ts'

/** Frames delivered in a row before timers and sockets get their turn: an endless producer must not starve them. */
const FRAMES_PER_TURN = 64

/** Two ends in one thread. Frames are delivered in order and never within `send`. */
export function memoryTransports(): [FrameTransport, FrameTransport] {
  const left = new Inbox()
  const right = new Inbox()
  const schedule = fairQueue()
  const close = (): void => {
    left.closed('the other end was closed')
    right.closed('the other end was closed')
  }
  return [end(left, right, schedule, close), end(right, left, schedule, close)]
}

type Schedule = (deliver: () => void) => void

function end(mine: Inbox, theirs: Inbox, schedule: Schedule, close: () => void): FrameTransport {
  return {
    send: (frame) => schedule(() => theirs.deliver(frame)),
    onFrame: (listener) => mine.onFrame(listener),
    onClose: (listener) => mine.onClose(listener),
    // After what was sent before.
    close: () => schedule(close),
  }
}

/** Runs jobs in order, in microtasks, with a turn of the event loop between runs of FRAMES_PER_TURN. */
function fairQueue(): Schedule {
  const jobs: (() => void)[] = []
  let inTurn = 0
  const runOne = (): void => {
    try {
      jobs[0]?.()
    } finally {
      jobs.shift()
      if (jobs.length > 0) next()
    }
  }
  const next = (): void => {
    if (++inTurn % FRAMES_PER_TURN === 0) platform.setTimeout(runOne, 0)
    else queueMicrotask(runOne)
  }
  return (job) => {
    if (jobs.push(job) === 1) next()
  }
}

// Not the injected clock: its timers let the process end while frames are on their way.
const platform = globalThis as unknown as { setTimeout(callback: () => void, ms: number): unknown }
