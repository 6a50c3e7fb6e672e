import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VirtualClock, type Clock } from '../../base/index.ts'
import { cutPieces, Egress, pieceBytes, type EgressPort } from './egress.ts'
import { Ingress } from './ingress.ts'
import { AIR_GRANT_BYTES, MAX_LATE_MS, MAX_PIECE_BYTES, MIN_PIECE_BYTES } from './limits.ts'
import { SerialLink } from './serial-link.ts'

const RATE = 1_000_000
const PIECE_BYTES = pieceBytes(RATE)

interface Sent {
  at: number
  who: string
  bytes: number
}

function world(options: { rate?: number; connectionRate?: number; delayMs?: number } = {}) {
  const clock = new VirtualClock()
  const { rate = RATE, connectionRate = 0, delayMs = 0 } = options
  const egress = new Egress({ clock, rate, connectionRate, delayMs })
  const sent: Sent[] = []
  const open = (who: string, system: 'quick' | 'full' = 'quick'): EgressPort =>
    egress.open({
      put: (buffers, done) => {
        const bytes = buffers.reduce((sum, { length }) => sum + length, 0)
        sent.push({ at: clock.now(), who, bytes })
        if (system === 'quick') done()
        return bytes
      },
    })
  return { clock, egress, sent, open }
}

const nothing = (): void => {}

/** A word now and then, each sooner than the link counts as idle, and then a lot. */
const WORDS_THEN_MORE = [
  { after: 5, who: 'a', bytes: 1 },
  ...Array.from({ length: 20 }, () => ({ after: 8, who: 'a', bytes: 1 })),
  { after: 0, who: 'a', bytes: 90_000 },
]

describe('a serial link', () => {
  it('makes up for a timer that fired late, as far as that goes', () => {
    const clock = new VirtualClock()
    const link = new SerialLink(clock, RATE)
    link.take(1000)
    clock.advance(51)
    // 50 ms late: as many bytes as 50 ms carry may go at once.
    for (let i = 0; i < 50; i++) {
      expect(link.delay()).toBe(0)
      link.take(1000)
    }
    expect(link.delay()).toBe(0)
    link.take(1000)
    expect(link.delay()).toBeCloseTo(1)
    clock.advance(10 * MAX_LATE_MS)
    link.take(1000 * MAX_LATE_MS)
    expect(link.delay()).toBe(0)
    link.take(1)
    expect(link.delay()).toBeGreaterThan(0)
  })

  it('loses the time in which nothing was queued', () => {
    const clock = new VirtualClock()
    const link = new SerialLink(clock, RATE)
    link.take(1000)
    link.rest()
    clock.advance(150)
    link.take(1000)
    expect(link.delay()).toBeCloseTo(1)
  })
})

/** Whose timers are late, as those of a busy machine. */
function lateClock(clock: VirtualClock, lateMs: number): Clock {
  return {
    now: () => clock.now(),
    wallNow: () => clock.wallNow(),
    after: (ms, callback) => clock.after(ms + lateMs, callback),
    every: (ms, callback) => clock.every(ms, callback),
  }
}

describe('bytes out of a process', () => {
  it.each([1.5, 15])('lose nothing to timers %d ms late when the system takes each piece later', (lateMs) => {
    const clock = new VirtualClock()
    const late = lateClock(clock, lateMs)
    const egress = new Egress({ clock: late, rate: RATE, connectionRate: 0, delayMs: 0 })
    let bytes = 0
    // As TLS does: a piece is taken a moment after it was put.
    const put = (buffers: readonly Uint8Array[], done: () => void): number => {
      const length = buffers.reduce((sum, buffer) => sum + buffer.length, 0)
      bytes += length
      clock.after(0.5, done)
      return length
    }
    egress.open({ put }).write([new Uint8Array(2 * RATE)], nothing)
    clock.advance(1000)
    expect(bytes / RATE).toBeGreaterThan(0.98)
    expect(bytes / RATE).toBeLessThan(1.03)
  })

  it('beside the turns count, and the time after them is lost', () => {
    const { clock, egress, sent, open } = world()
    egress.charge(1000)
    clock.advance(MAX_LATE_MS)
    open('a').write([new Uint8Array(10 * PIECE_BYTES)], nothing)
    expect(sent).toHaveLength(1)
  })

  it('lose the time in which nothing was written, from when the last of them had left', () => {
    const { clock, sent, open } = world()
    const port = open('a')
    port.write([new Uint8Array(100 * PIECE_BYTES)], nothing)
    clock.advance(10_000)
    const before = sent.length
    port.write([new Uint8Array(10 * PIECE_BYTES)], nothing)
    // One at once: there is no credit for the pause.
    expect(sent.length - before).toBe(1)
  })

  it('never exceed the rate, however they are written', () => {
    const writes = fc.array(
      fc.record({
        after: fc.nat(30),
        who: fc.constantFrom('a', 'b', 'c'),
        bytes: fc.integer({ min: 1, max: 100_000 }),
      }),
      { maxLength: 30 },
    )
    fc.assert(
      fc.property(writes, (all) => {
        const { clock, sent, open } = world()
        const ports = new Map(['a', 'b', 'c'].map((who) => [who, open(who)]))
        let done = 0
        for (const { after, who, bytes } of all) {
          clock.advance(after)
          ports.get(who)!.write([new Uint8Array(bytes)], () => done++)
        }
        clock.advance(60_000)
        expect(done).toBe(all.length)
        const total = all.reduce((sum, { bytes }) => sum + bytes, 0)
        expect(sent.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(total)
        // Between any two departures no more left than the link carries, but for one piece and what is made up for.
        const slack = 1.5 * PIECE_BYTES + (RATE / 1000) * 10
        for (let i = 0; i < sent.length; i++) {
          let bytes = 0
          for (let j = i; j < sent.length; j++) {
            bytes += sent[j]!.bytes
            expect(bytes).toBeLessThanOrEqual(((sent[j]!.at - sent[i]!.at) * RATE) / 1000 + slack)
          }
        }
      }),
      { numRuns: 50, examples: [[WORDS_THEN_MORE]] },
    )
  })

  it('let connections take turns', () => {
    const { clock, sent, open } = world()
    const [a, b] = [open('a'), open('b')]
    a.write([new Uint8Array(10 * PIECE_BYTES)], nothing)
    b.write([new Uint8Array(10 * PIECE_BYTES)], nothing)
    clock.advance(10_000)
    const order = sent.map(({ who }) => who).join('')
    // `a` was in line again before `b` had anything to send.
    expect(order).toBe(`a${'ab'.repeat(9)}b`)
  })

  it('do not wait for a connection whose other end takes nothing', () => {
    const { clock, sent, open } = world()
    open('stuck', 'full').write([new Uint8Array(10 * PIECE_BYTES)], nothing)
    open('b').write([new Uint8Array(5 * PIECE_BYTES)], nothing)
    clock.advance(10_000)
    expect(sent.filter(({ who }) => who === 'stuck')).toHaveLength(1)
    expect(sent.filter(({ who }) => who === 'b')).toHaveLength(5)
  })

  it('go no faster to one place than its link takes', () => {
    const { clock, sent, open } = world({ connectionRate: RATE / 4 })
    open('a').write([new Uint8Array(RATE / 4)], nothing)
    clock.advance(900)
    expect(sent.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(RATE / 4)
    clock.advance(110)
    expect(sent.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(RATE / 4)
  })

  it('arrive later by the delay, in order, and an end waits for them', () => {
    const { clock, sent, open } = world({ delayMs: 40 })
    const port = open('a')
    const order: string[] = []
    const memory = new Uint8Array(1000)
    port.write([memory], () => order.push('left'))
    port.whenDrained(() => order.push('drained'))
    clock.advance(39)
    expect(sent).toEqual([])
    clock.advance(2)
    expect(sent).toMatchObject([{ at: 40, bytes: 1000 }])
    expect(order).toEqual(['drained'])
  })

  it('are dropped with their connection', () => {
    const { clock, sent, open } = world()
    const port = open('a')
    const errors: unknown[] = []
    port.write([new Uint8Array(10 * PIECE_BYTES)], (error) => errors.push(error))
    port.close()
    clock.advance(10_000)
    expect(sent).toHaveLength(1)
    expect(errors).toEqual([expect.any(Error)])
  })

  it('wait for the air that others use too', () => {
    const clock = new VirtualClock()
    let granted = 0
    let wake = nothing
    const air = {
      tryTake: (bytes: number) => granted >= bytes && ((granted -= bytes), true),
      whenGranted: (callback: () => void) => void (wake = callback),
    }
    const egress = new Egress({ clock, rate: 0, connectionRate: 0, delayMs: 0, air })
    let sent = 0
    const port = egress.open({ put: (buffers, done) => (done(), (sent += buffers[0]!.length)) })
    port.write([new Uint8Array(4 * AIR_GRANT_BYTES)], nothing)
    expect(sent).toBe(0)
    granted += AIR_GRANT_BYTES
    wake()
    expect(sent).toBe(AIR_GRANT_BYTES)
  })
})

describe('pieces', () => {
  it('hold every byte in order, none larger than a piece', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 50_000 }), { maxLength: 12 }),
        fc.integer({ min: MIN_PIECE_BYTES, max: MAX_PIECE_BYTES }),
        (lengths, size) => {
          let next = 0
          const buffers = lengths.map((length) => Uint8Array.from({ length }, () => next++ % 251))
          const pieces = cutPieces(buffers, size)
          for (const [i, { length }] of pieces.entries()) {
            expect(length).toBeGreaterThan(0)
            expect(length).toBeLessThanOrEqual(i === pieces.length - 1 ? 1.5 * size : size)
          }
          const joined = pieces.flatMap((piece) => piece.buffers)
          expect(Buffer.concat(joined).equals(Buffer.concat(buffers))).toBe(true)
        },
      ),
      { numRuns: 50 },
    )
  })
})

describe('bytes into a process', () => {
  it('are read no faster than the link carries them', () => {
    const clock = new VirtualClock()
    const ingress = new Ingress(clock, RATE)
    let reading = true
    let received = 0
    ingress.add({ stop: () => (reading = false), start: () => (reading = true) })
    for (let ms = 0; ms < 1000; ms++) {
      if (reading) ingress.took(((received += 65_536), 65_536))
      clock.advance(1)
    }
    expect(received / RATE).toBeGreaterThan(0.95)
    expect(received / RATE).toBeLessThan(1.07)
  })
})
