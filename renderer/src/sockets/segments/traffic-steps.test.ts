import { describe, expect, it } from 'vitest'
import type { TrafficView } from '../../../../src/contract/index.ts'
import { sceneAt, stepsOf } from './traffic-steps.ts'

const end = (port: number) => ({ address: '127.0.0.1', port })
const message = (from: string, text: string, observed: string | null) => ({
  from,
  text,
  source: end(1),
  destination: end(2),
  rule: 'address-and-port' as const,
  expected: 'R1',
  observed,
})
const TRAFFIC: TrafficView = {
  protocol: 'udp',
  senders: [],
  receivers: [],
  messages: [message('S1', 'a', 'R1'), message('S2', 'b', 'R1'), message('S1', 'c', null)],
}
const texts = (list: readonly { text: string }[]): string => list.map(({ text }) => text).join('')

describe('stepping through traffic', () => {
  it('takes every message down, then every segment up, in the order they were sent', () => {
    const scenes = Array.from({ length: stepsOf(TRAFFIC) + 1 }, (_, step) => sceneAt(TRAFFIC, step))
    expect(
      scenes.map(({ waiting, onTheWay, arrived }) => [waiting, onTheWay, arrived].map(texts).join('|')),
    ).toEqual(['abc||', 'bc|a|', 'c|ab|', '|abc|', '|bc|a', '|c|ab', '||ab'])
    expect(scenes.map(({ last }) => last.is)).toEqual([
      'start',
      'handed',
      'handed',
      'handed',
      'risen',
      'risen',
      'lost',
    ])
  })
})
