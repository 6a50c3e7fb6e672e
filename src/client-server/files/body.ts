import type { ServerResponse } from 'node:http'
import { raceSignal, ShoalError, sleep, type Clock } from '../../base/index.ts'
import type { BlockPool } from './block-pool.ts'
import type { Pace } from './types.ts'

export interface BodyOptions {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly pool: BlockPool
  /** Bytes that may wait for the system. */
  readonly mostUnsent: number
  readonly pace?: Pace | undefined
  readonly onSent: (bytes: number) => void
}

/**
 * Writes blocks to a response no faster than the client takes them: at most a few wait for the system. Throws when the
 * client leaves (the signal) or when there are more or fewer bytes than promised.
 */
export async function writeBody(
  response: ServerResponse,
  blocks: AsyncIterable<Uint8Array>,
  promised: number,
  options: BodyOptions,
): Promise<void> {
  const { signal, pool, mostUnsent, onSent } = options
  let sent = 0
  let unsent = 0
  let wake = (): void => {}
  for await (const block of blocks) {
    sent += block.length
    if (sent > promised) break
    await waitForPace(block.length, options)
    unsent += block.length
    const { length } = block
    response.write(block, () => {
      unsent -= length
      pool.giveBack(block)
      wake()
    })
    onSent(block.length)
    while (unsent >= mostUnsent) {
      await raceSignal(new Promise<void>((resolve) => (wake = resolve)), signal)
    }
  }
  if (sent !== promised) throw new ShoalError('internal', 'not as many bytes as were promised')
}

async function waitForPace(bytes: number, { pace, clock, signal }: BodyOptions): Promise<void> {
  if (!pace) return signal.throwIfAborted()
  for (let wait = pace.delay(); wait > 0; wait = pace.delay()) await sleep(wait, { clock, signal })
  signal.throwIfAborted()
  pace.take(bytes)
}
