import { describe, expect, it } from 'vitest'
import { Turns } from './turns.ts'

describe('turns', () => {
  it('come one after the other, however long each takes', async () => {
    const turns = new Turns()
    const seen: string[] = []
    const work = (name: string, steps: number) => async (): Promise<string> => {
      seen.push(`${name} begins`)
      for (let i = 0; i < steps; i++) await Promise.resolve()
      seen.push(`${name} ends`)
      return name
    }
    expect(await Promise.all([turns.next(work('a', 20)), turns.next(work('b', 0))])).toEqual(['a', 'b'])
    expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
  })

  it('go on after one that fails, which fails for its own caller', async () => {
    const turns = new Turns()
    const outcomes = await Promise.allSettled([
      turns.next(() => {
        throw new Error('at once')
      }),
      turns.next(() => Promise.reject(new Error('later'))),
      turns.next(() => 'done'),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled'])
  })
})
