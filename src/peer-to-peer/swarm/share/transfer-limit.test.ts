import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../base/index.ts'
import type { StoredShare } from '../../../store/types.ts'
import { TokenBucket } from '../../../transport/token-bucket.ts'
import { guessTransferLimit, type TransferFacts } from './transfer-limit.ts'

const NOW = 60_000
const clock = new VirtualClock(NOW)
const unlimited = { up: new TokenBucket({ clock, rate: 0 }), down: new TokenBucket({ clock, rate: 0 }) }

function facts(change: Partial<Omit<TransferFacts, 'share'>> & { isComplete?: boolean } = {}): TransferFacts {
  const { isComplete = false, ...rest } = change
  return {
    share: { isComplete } as StoredShare,
    policyLimit: 'source-uplink',
    pressure: { downLimitAt: -Infinity, bufferAt: -Infinity },
    writingBytes: 0,
    links: [],
    limits: { own: unlimited, app: unlimited },
    now: NOW,
    ...rest,
  }
}

describe('what holds a transfer back', () => {
  it.each(['source-uplink', 'my-downlink', 'my-uplink', 'no-source'] as const)(
    'is what the scheduler sees while nothing nearer is in the way: %s',
    (policyLimit) => {
      expect(guessTransferLimit(facts({ policyLimit }))).toBe(policyLimit)
      expect(guessTransferLimit(facts({ policyLimit, isComplete: true }))).toBe(policyLimit)
    },
  )

  it('is a limit somebody set while it makes lanes wait, and for a moment after', () => {
    const waited = (ms: number) => ({ pressure: { downLimitAt: NOW - ms, bufferAt: -Infinity } })
    expect(guessTransferLimit(facts(waited(1_000)))).toBe('set-limit')
    expect(guessTransferLimit(facts(waited(2_000)))).toBe('source-uplink')
  })

  it('is the disk while parts wait for memory or for being written', () => {
    expect(guessTransferLimit(facts({ pressure: { downLimitAt: -Infinity, bufferAt: NOW } }))).toBe('disk')
    expect(guessTransferLimit(facts({ writingBytes: 17 * 2 ** 20 }))).toBe('disk')
    expect(guessTransferLimit(facts({ writingBytes: 2 ** 20 }))).toBe('source-uplink')
  })

  it('is the upload limit of a source that sends as fast as it may, of the share or of the app', () => {
    const limited = { up: new TokenBucket({ clock, rate: 1000 }), down: unlimited.down }
    const sending = (rate: number) => [{ sent: { rate: () => rate } }, { sent: { rate: () => 100 } }]
    const limits = [
      { own: limited, app: unlimited },
      { own: unlimited, app: limited },
    ]
    for (const each of limits) {
      const fast = facts({ isComplete: true, links: sending(800), limits: each, policyLimit: 'my-uplink' })
      expect(guessTransferLimit(fast)).toBe('set-limit')
      expect(guessTransferLimit({ ...fast, links: sending(500) })).toBe('my-uplink')
    }
  })

  it('is nothing when there is nothing to do', () => {
    const { policyLimit: _, ...rest } = facts({ isComplete: true })
    expect(guessTransferLimit({ ...rest, policyLimit: undefined })).toBeUndefined()
  })
})
