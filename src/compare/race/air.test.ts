import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../base/index.ts'
import { AirClient } from './air-client.ts'
import { AccessPoint } from './air.ts'

describe('the air of an access point', () => {
  it('is granted at its rate, whoever asks, and twice is twice', () => {
    const clock = new VirtualClock()
    const air = new AccessPoint(clock)
    air.rate = 1000
    let [once, twice] = [0, 0]
    const keepAsking = (crossings: number, count: (bytes: number) => void): void => {
      const ask = (): void =>
        air.ask({ bytes: 10, crossings, grant: (bytes) => (count(bytes), clock.after(0, ask)) })
      ask()
    }
    keepAsking(1, (bytes) => (once += bytes))
    keepAsking(2, (bytes) => (twice += bytes))
    clock.advance(30_000)
    // They take turns: of three crossings one is the first's, two the second's.
    expect(once / 10_000).toBeCloseTo(1, 1)
    expect(twice / 10_000).toBeCloseTo(1, 1)
  })

  it('that nobody asked for is not saved up', () => {
    const clock = new VirtualClock()
    const air = new AccessPoint(clock)
    air.rate = 1000
    clock.advance(10_000)
    let granted = 0
    for (let i = 0; i < 5; i++) air.ask({ bytes: 100, crossings: 1, grant: (bytes) => (granted += bytes) })
    expect(granted).toBe(100)
    clock.advance(100)
    expect(granted).toBe(200)
    air.close()
    clock.advance(10_000)
    expect(granted).toBe(200)
  })

  it('is asked for once at a time by a process, which uses it up before it asks again', () => {
    const asked: number[] = []
    const client = new AirClient((bytes) => asked.push(bytes))
    expect(client.tryTake(10)).toBe(false)
    let woken = 0
    client.whenGranted(() => woken++)
    client.whenGranted(() => woken++)
    expect(asked).toHaveLength(1)
    client.granted(15)
    expect(woken).toBe(1)
    expect(client.tryTake(10)).toBe(true)
    expect(client.tryTake(10)).toBe(false)
  })
})
