import { describe, expect, it } from 'vitest'
import { systemClock } from '../../base/index.ts'
import { runTraffic, type TrafficMessage } from './index.ts'

const MESSAGES: TrafficMessage[] = [
  { from: 0, to: 0, text: 'same' },
  { from: 1, to: 0, text: 'same' },
  { from: 2, to: 1, text: '안녕' },
  { from: 0, to: 1, text: 'x' },
  { from: 3, to: 0, text: 'last' },
  { from: 0, to: 0, text: 'again' },
]

describe('several sockets sending at once', () => {
  it('over UDP: every datagram comes out of the socket its destination port names', async () => {
    const traffic = await runTraffic('udp', MESSAGES, systemClock)
    expect(traffic.messages.map(({ from, observed }) => [from, observed])).toEqual([
      ['S1', 'R1'],
      ['S2', 'R1'],
      ['S3', 'R2'],
      ['S1', 'R2'],
      ['S4', 'R1'],
      ['S1', 'R1'],
    ])
    for (const { expected, observed, rule, destination } of traffic.messages) {
      expect(expected).toBe(observed)
      expect(rule).toBe('address-and-port')
      expect(traffic.receivers.find(({ id }) => id === observed)!.local).toEqual(destination)
    }
  })

  it('over TCP: bytes to one server’s port come out of the socket with their 4-tuple', async () => {
    const traffic = await runTraffic('tcp', MESSAGES, systemClock)
    for (const { expected, observed, rule, source, destination } of traffic.messages) {
      expect(observed).not.toBeNull()
      expect(expected).toBe(observed)
      expect(rule).toBe('four-tuple')
      const socket = traffic.receivers.find(({ id }) => id === observed)!
      expect(socket).toMatchObject({ local: destination, remote: source })
    }
    const toFirst = traffic.messages.filter(
      ({ destination }) => destination.port === traffic.messages[0]!.destination.port,
    )
    expect(new Set(toFirst.map(({ observed }) => observed)).size).toBe(3)
    expect(traffic.messages[0]!.observed).toBe(traffic.messages[5]!.observed)
  })
})
