import type { Stream } from '@libp2p/interface'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { systemClock } from '../../base/index.ts'
import { RaceChannel } from './channel.ts'

/** A stream of which only the end is looked at. */
class ClosingStream extends EventTarget {
  readonly ends: string[] = []
  readonly #close: () => Promise<void>

  constructor(close: () => Promise<void>) {
    super()
    this.#close = close
  }

  close(): Promise<void> {
    this.ends.push('closed')
    return this.#close()
  }

  abort(error: Error): void {
    this.ends.push(error.message)
  }
}

async function endsOf(close: () => Promise<void>, reason?: Error): Promise<string[]> {
  const stream = new ClosingStream(close)
  new RaceChannel(stream as unknown as Stream, z.never(), systemClock).close(reason)
  await new Promise((resolve) => setImmediate(resolve))
  return stream.ends
}

it('a channel closes its stream in good order', async () => {
  expect(await endsOf(() => Promise.resolve())).toEqual(['closed'])
})

it('a stream that cannot be closed in good order is cut: the other side would wait for ever', async () => {
  expect(await endsOf(() => Promise.reject(new Error('stuck')))).toEqual(['closed', 'stuck'])
})

it('a reason cuts it at once', async () => {
  expect(await endsOf(() => Promise.resolve(), new Error('why'))).toEqual(['why'])
})
