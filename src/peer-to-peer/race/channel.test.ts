import { streamPair } from '@libp2p/utils'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { systemClock } from '../../base/index.ts'
import { RaceChannel } from './channel.ts'

async function endsOf(close: () => Promise<void>, reason?: Error): Promise<string[]> {
  const [stream] = await streamPair()
  const ends: string[] = []
  Object.assign(stream, {
    close: () => (ends.push('closed'), close()),
    abort: (error: Error) => ends.push(error.message),
  })
  new RaceChannel(stream, z.never(), systemClock).close(reason)
  await new Promise((resolve) => setImmediate(resolve))
  return ends
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
