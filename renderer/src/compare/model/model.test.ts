import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { raceSpecSchema, type RaceEvent, type RaceSpecInput } from '../../../../src/contract/index.ts'
import { createFormat } from '../../format/format.ts'
import { fakeLive, fakePoint, fakeResult, FAKE_SPEC } from '../../testing/fake-race.ts'
import { boundOf } from './bounds.ts'
import { curveOf, modesOf, peersOf } from './curves.ts'
import { mainReasons, verdictOf } from './explain.ts'
import {
  boundFormula,
  gapFormula,
  measuredFormula,
  seconds,
  shareOfPeers,
  sourceFormula,
} from './formulas.ts'
import { errorOf, isComplete, NO_GUESS, withGuess, withStroke } from './guess.ts'
import { afterEvent, type RaceState } from './race-state.ts'
import { bytesAt, givenBy, lengthOf } from './replay.ts'
import { linear, niceAxis, niceStep } from './scale.ts'
import { FIRST_LOOK, parsePeers, toSpec } from './setup.ts'

const format = createFormat('en')
const spec = raceSpecSchema.parse(FAKE_SPEC)

describe('a race as it is followed', () => {
  const begun: RaceEvent = {
    is: 'begun',
    raceId: 'r',
    ground: 'here',
    spec,
    points: [],
    total: 2,
    boundSeconds: 3,
  }
  const point = fakePoint(FAKE_SPEC, 'p2p', 2)
  const play = (...events: RaceEvent[]): RaceState =>
    events.reduce(afterEvent, { is: 'unknown' } as RaceState)

  it('gathers points, shows the run under way, and ends as it ended', () => {
    const running = play(begun, fakeLive(point, spec.size, 0.3))
    expect(running).toMatchObject({ is: 'running', total: 2, live: { n: 2, seconds: 0.3 } })
    const after = afterEvent(running, { is: 'point', point })
    expect(after).toMatchObject({ is: 'running', live: undefined, race: { points: [point] } })
    const ended = afterEvent(after, { is: 'ended', raceId: 'r', end: { is: 'cancelled' } })
    expect(ended).toMatchObject({ is: 'ended', end: { is: 'cancelled' }, race: { points: [point] } })
  })

  it('begins anew with a new race, and takes nothing of one it never saw', () => {
    const state = play(begun, { is: 'point', point }, { ...begun, raceId: 'other' })
    expect(state).toMatchObject({ race: { raceId: 'other', points: [] } })
    expect(afterEvent(state, { is: 'ended', raceId: 'r', end: { is: 'finished' } })).toBe(state)
    expect(afterEvent({ is: 'none' }, { is: 'point', point })).toEqual({ is: 'none' })
    expect(play({ is: 'none' })).toEqual({ is: 'none' })
  })
})

describe('an axis', () => {
  it('has round marks that reach beyond the largest value', () => {
    expect(niceAxis(6.9)).toEqual({ end: 8, ticks: [0, 2, 4, 6, 8] })
    expect(niceAxis(0.29).ticks).toEqual([0, 0.1, 0.2, 0.3])
    expect(niceStep(0.03)).toBe(0.05)
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (most) => {
        const { end, ticks } = niceAxis(most)
        expect(end).toBeGreaterThanOrEqual(most * (1 - 1e-6))
        expect(ticks.length).toBeLessThanOrEqual(7)
        expect(ticks.at(-1)).toBe(end)
      }),
    )
  })

  it('is never empty, whatever it is given', () => {
    for (const most of [0, -1, Number.NaN, Infinity]) expect(niceAxis(most).end).toBeGreaterThan(0)
  })

  it('maps there and back, and one single value to the middle', () => {
    const there = linear([1, 8], [40, 600])
    expect(linear([40, 600], [1, 8])(there(4))).toBeCloseTo(4)
    expect(linear([3, 3], [40, 600])(3)).toBe(320)
  })
})

describe('what a person typed', () => {
  it.each([
    ['1, 2, 4, 8', [1, 2, 4, 8]],
    ['8 4;2', [2, 4, 8]],
    ['1-4', [1, 2, 3, 4]],
    ['2,2', [2]],
  ])('%s are numbers of downloaders', (text, peers) => expect(parsePeers(text)).toEqual(peers))

  it.each(['', 'two', '0', '65', '4-2', '1-60', '1,,x'])('%s are none', (text) =>
    expect(parsePeers(text)).toBeUndefined(),
  )

  it('becomes what the core takes, rates in bits per second', () => {
    const asked = toSpec({ ...FIRST_LOOK, medium: 'wifi', modes: 'p2p', repeats: 2, switchOff: true })
    expect(asked).toEqual({
      spec: {
        peers: [1, 2, 4, 6],
        size: 2 ** 20,
        up: 6e6,
        down: 30e6,
        sourceUp: 6e6,
        servers: 1,
        medium: 'wifi',
        modes: ['p2p'],
        repeats: 2,
        switchOffAt: 0.5,
      },
    })
    expect(raceSpecSchema.safeParse((asked as { spec: object }).spec).success).toBe(true)
  })

  it('names every field that cannot be understood', () => {
    const bad = { ...FIRST_LOOK, peers: 'x', size: 'large', up: 0, down: -1, sourceUp: Number.NaN }
    expect(toSpec(bad)).toEqual({ wrong: ['peers', 'size', 'up', 'down', 'sourceUp'] })
    expect(toSpec({ ...FIRST_LOOK, content: 'file', path: ' ' })).toEqual({ wrong: ['path'] })
    expect(toSpec({ ...FIRST_LOOK, size: '5 GiB' })).toEqual({ wrong: ['size'] })
  })

  it('as a first look takes about half a minute: not more than 25 seconds of sending', () => {
    const asked = toSpec(FIRST_LOOK) as { spec: RaceSpecInput }
    const first = raceSpecSchema.parse(asked.spec)
    const total = first.modes.flatMap((mode) => first.peers.map((n) => boundOf(first, mode, n).seconds))
    expect(total.reduce((sum, each) => sum + each, 0)).toBeLessThan(25)
  })
})

describe('a guess', () => {
  it('drawn in one stroke has a value for every N between its ends', () => {
    const drawn = withStroke(NO_GUESS, 'http', [1, 2, 4, 8], { n: 1, seconds: 1 }, { n: 8, seconds: 8 })
    expect([...drawn.http]).toEqual([
      [1, 1],
      [2, 2],
      [4, 4],
      [8, 8],
    ])
    expect(isComplete(drawn, ['http'], [1, 2, 4, 8])).toBe(true)
    expect(isComplete(drawn, ['http', 'p2p'], [1])).toBe(false)
  })

  it('drawn backwards, or on one place, keeps what the pen did last', () => {
    const back = withStroke(NO_GUESS, 'p2p', [1, 2, 4], { n: 4, seconds: 1 }, { n: 1, seconds: 4 })
    expect(back.p2p.get(1)).toBe(4)
    expect(back.p2p.get(4)).toBe(1)
    const up = withStroke(back, 'p2p', [1, 2, 4], { n: 2, seconds: 1 }, { n: 2, seconds: 9 })
    expect(up.p2p.get(2)).toBe(9)
    expect(withGuess(up, 'p2p', 2, -3).p2p.get(2)).toBe(0)
    expect(withGuess(up, 'p2p', 2, undefined).p2p.has(2)).toBe(false)
  })

  it('is compared with what was measured, where both are known', () => {
    const guess = withGuess(withGuess(NO_GUESS, 'http', 1, 2), 'http', 2, 3)
    const measured = [
      { n: 1, seconds: 1 },
      { n: 2, seconds: 2 },
      { n: 4, seconds: 4 },
      { n: 8, seconds: undefined },
    ]
    expect(errorOf(guess, 'http', measured)).toBeCloseTo(0.75)
    expect(errorOf(guess, 'p2p', measured)).toBeUndefined()
  })
})

describe('curves', () => {
  it('hold the mean of all runs of a point in which everybody got it', () => {
    const runs = [2, 4, null].map((each, i) =>
      fakePoint(FAKE_SPEC, 'http', 2, { seconds: each, repeat: i + 1 }),
    )
    const [point] = curveOf([...runs, fakePoint(FAKE_SPEC, 'p2p', 1)], 'http')
    expect(point).toMatchObject({ n: 2, seconds: 3 })
    expect(curveOf([runs[2]!], 'http')[0]!.seconds).toBeUndefined()
    expect(modesOf(runs)).toEqual(['http'])
    expect(peersOf(fakeResult('x', 0).points)).toEqual([1, 2, 4, 8])
  })
})

describe('a replay', () => {
  const peer = {
    at: [1, 2],
    bytes: [
      [10, 20],
      [0, 30],
    ],
  }

  it('knows what was there at any moment', () => {
    expect(bytesAt(peer, 0)).toEqual([0, 0])
    expect(bytesAt(peer, 0.5)).toEqual([5, 0])
    expect(bytesAt(peer, 1.5)).toEqual([15, 15])
    expect(bytesAt(peer, 9)).toEqual([20, 30])
    expect(bytesAt({ at: [], bytes: [[], []] }, 1)).toEqual([0, 0])
  })

  it('lasts until the last count, and adds up what each gave', () => {
    const point = fakePoint(FAKE_SPEC, 'p2p', 4)
    expect(lengthOf(point)).toBe(point.seconds)
    expect(lengthOf({ seconds: null, peers: [] })).toBe(0)
    expect(givenBy(point).reduce((sum, each) => sum + each, 0)).toBeCloseTo(4 * spec.size, 3)
  })
})

describe('formulas', () => {
  it('show the bound of a server with this run’s values', () => {
    const { lines } = boundFormula(fakePoint(FAKE_SPEC, 'http', 8), spec, format)
    expect(lines[0]).toBe('D ≥ max(N·F ÷ (K·uₛ),  F ÷ d_min)')
    expect(lines[1]!.replaceAll('\u00a0', ' ')).toBe(
      '= max(8·16.8 Mbit ÷ (1·20.0 Mbit/s),  16.8 Mbit ÷ 100 Mbit/s)',
    )
    expect(lines.at(-1)).toBe('= 6.71 s')
  })

  it('show the bound among peers, and the air where there is one', () => {
    const point = fakePoint(FAKE_SPEC, 'p2p', 8)
    expect(boundFormula(point, spec, format).lines[0]).toBe('D ≥ max(F ÷ uₛ,  F ÷ d_min,  N·F ÷ (uₛ + Σuᵢ))')
    const wifi = fakePoint({ ...FAKE_SPEC, medium: 'wifi' }, 'p2p', 8)
    const { lines } = boundFormula(wifi, { ...spec, medium: 'wifi' } as typeof spec, format)
    expect(lines[0]).toContain('max(N·F ÷ C, 2·N·F ÷ (uₛ + C))')
    expect(lines[2]!.split(',').length).toBe(4)
  })

  it('add up: the reasons are the difference', () => {
    const point = fakePoint(FAKE_SPEC, 'p2p', 8)
    const [, , sum] = gapFormula(point).lines
    const [left, right] = sum!.split(' = ')
    expect(left).toBe(right)
    expect(measuredFormula(point).lines.at(-1)).toBe(`= ${seconds(point.seconds!)}`)
    expect(sourceFormula(point, spec.size, format).lines.at(-1)).toBe('= 1.06')
    expect(shareOfPeers({ sourceBytes: 0, peerBytes: 0 })).toBe(0)
  })

  it('write seconds with three digits', () => {
    expect([0, 0.456, 9.994, 9.996, 42.34, 123.4].map(seconds)).toEqual([
      '0.00 s',
      '0.46 s',
      '9.99 s',
      '10.0 s',
      '42.3 s',
      '123 s',
    ])
  })
})

describe('the sentence about a run', () => {
  it('names the greatest reasons first and leaves out what is next to nothing', () => {
    const point = fakePoint(FAKE_SPEC, 'p2p', 8)
    expect(mainReasons(point).map(({ is }) => is)).toEqual(['overhead', 'tail'])
    expect(verdictOf(point)).toMatchObject({ is: 'over' })
  })

  it('says when it is near the bound, when somebody got nothing, and when the processor decided', () => {
    const point = fakePoint(FAKE_SPEC, 'http', 4)
    expect(verdictOf({ ...point, seconds: point.bound * 1.02 }).is).toBe('near')
    expect(verdictOf({ ...point, seconds: null }).is).toBe('incomplete')
    expect(verdictOf({ ...point, isProcessorLimited: true }).is).toBe('processor')
  })
})
