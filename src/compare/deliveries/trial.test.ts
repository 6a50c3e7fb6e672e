import { describe, expect, it } from 'vitest'
import { planTrial, summarise } from './trial.ts'

describe('the plan of a trial', () => {
  it('sends every message once, at equal distances', () => {
    const sends = planTrial('awake', 5, 100)
    expect(sends).toEqual([0, 1, 2, 3, 4].map((number) => ({ at: number * 100, is: 'send', number })))
  })

  it('has its trouble in the middle, with messages before, in and after it', () => {
    for (const condition of ['asleep', 'server-down'] as const) {
      const plan = planTrial(condition, 10, 100)
      const [trouble, relief] = ['trouble', 'relief'].map((is) =>
        plan.findIndex((moment) => moment.is === is),
      )
      expect(trouble).toBeGreaterThan(2)
      expect(relief! - trouble!).toBeGreaterThan(3)
      expect(plan.length - relief!).toBeGreaterThan(2)
      expect(plan.map(({ at }) => at)).toEqual(plan.map(({ at }) => at).toSorted((a, b) => a - b))
    }
  })
})

describe('what a way comes to', () => {
  it('counts what arrived and how long that took', () => {
    const messages = [
      { sentAt: 0, arrivedAt: 30 },
      { sentAt: 100, arrivedAt: null },
      { sentAt: 200, arrivedAt: 210 },
      { sentAt: 300, arrivedAt: 1300 },
    ]
    expect(summarise(messages)).toEqual({ messages, delivered: 3, medianMs: 30, longestMs: 1000 })
    expect(summarise(messages.slice(2))).toMatchObject({ medianMs: 505 })
  })

  it('has no delay when nothing arrived', () => {
    expect(summarise([{ sentAt: 0, arrivedAt: null }])).toMatchObject({
      delivered: 0,
      medianMs: null,
      longestMs: null,
    })
    expect(summarise([])).toMatchObject({ delivered: 0, medianMs: null })
  })
})
