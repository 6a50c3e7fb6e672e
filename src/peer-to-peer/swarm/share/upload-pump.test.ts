import { describe, expect, it } from 'vitest'
import { VirtualClock, type Clock } from '../../../base/index.ts'
import { TokenBucket } from '../../../transport/token-bucket.ts'
import type { SharePolicy, Uplink } from '../policy/facade.ts'
import type { UploadBlock } from '../policy/types.ts'
import { UploadPump, type UploadTarget } from './upload-pump.ts'

const BLOCK = 32_768

/** An uplink that always has something to send of the one share it knows, unless that is held. */
class EndlessUplink {
  heldUntil = 0
  inProgress = 0
  share: SharePolicy | undefined
  add(share: SharePolicy): void {
    this.share = share
  }
  nextBlock(now: number): UploadBlock | undefined {
    if (now < this.heldUntil) return undefined
    return { share: this.share!, peer: 'p', part: 0, offset: 0, length: BLOCK, isLast: false, kind: 'reply' }
  }
}

interface Setup {
  clock: VirtualClock
  pump: UploadPump
  sent: () => number
}

/** `early`: timers come so many milliseconds before their time, as the system's do. */
function setup(rates: { app: number; share: number }, early = 0): Setup {
  const virtual = new VirtualClock()
  const clock: Clock = {
    now: () => virtual.now(),
    wallNow: () => virtual.wallNow(),
    after: (ms, callback) => virtual.after(ms - early, callback),
    every: (ms, callback) => virtual.every(ms, callback),
  }
  const uplink = new EndlessUplink()
  const pump = new UploadPump({
    uplink: uplink as unknown as Uplink,
    clock,
    limit: new TokenBucket({ clock, rate: rates.app }),
  })
  let sent = 0
  const policy = { holdUploads: (until: number) => (uplink.heldUntil = until) } as unknown as SharePolicy
  const target: UploadTarget = {
    policy,
    upLimit: new TokenBucket({ clock, rate: rates.share }),
    sendBlock: (block) => (sent += block.length),
  }
  pump.add(target)
  pump.pump()
  return { clock: virtual, pump, sent: () => sent }
}

describe('UploadPump', () => {
  it.each([
    ['of the app', { app: 1_000_000, share: 0 }],
    ['of the share', { app: 0, share: 1_000_000 }],
    ['of both', { app: 1_000_000, share: 1_500_000 }],
  ])('sends within 5 %% of the limit %s over 30 s, with nobody asking in between', (_what, rates) => {
    const { clock, sent } = setup(rates)
    clock.advance(30_000)
    expect(sent() / 30).toBeGreaterThan(950_000)
    expect(sent() / 30).toBeLessThan(1_050_000)
  })

  it('goes on although timers come a little early', () => {
    const { clock, sent } = setup({ app: 0, share: 1_000_000 }, 0.9)
    clock.advance(30_000)
    expect(sent() / 30).toBeGreaterThan(900_000)
  })

  it('goes on however acknowledgements fall between its own times', () => {
    const { clock, pump, sent } = setup({ app: 0, share: 200_000 })
    for (let i = 0; i < 3_000; i++) {
      clock.advance(((i * 7_919) % 97) / 10)
      pump.pump()
    }
    const before = sent()
    clock.advance(30_000)
    expect((sent() - before) / 30).toBeGreaterThan(190_000)
  })
})
