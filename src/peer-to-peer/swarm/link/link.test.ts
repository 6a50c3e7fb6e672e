import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { beforeEach, describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../base/index.ts'
import { FIRST_ROUND_TRIP_MS, HEARTBEAT_INTERVAL_MS, ROUND_TRIP_EVERY_MS } from '../limits.ts'
import type { Message } from '../wire/messages.ts'
import { Link } from './link.ts'

describe('a link', () => {
  let clock: VirtualClock
  let link: Link
  let sent: Message[]

  async function linked(roundTrip?: number): Promise<Link> {
    return new Link({
      peerId: peerIdFromPrivateKey(await generateKeyPair('Ed25519')),
      connection: {} as never,
      control: { isOpen: true, send: (message: Message) => sent.push(message) } as never,
      initiator: 'me',
      clock,
      roundTrip,
    })
  }

  beforeEach(async () => {
    clock = new VirtualClock()
    sent = []
    link = await linked()
    link.ping()
    link.pong(1)
  })

  /** Looks once per heartbeat for so long, while the peer speaks or not; how often a ping was due. */
  async function pings(ms: number, isSpeaking: boolean): Promise<number> {
    const before = sent.length
    for (let at = 0; at < ms; at += HEARTBEAT_INTERVAL_MS) {
      await clock.advanceAsync(HEARTBEAT_INTERVAL_MS - 50)
      if (isSpeaking) link.heard()
      await clock.advanceAsync(50)
      if (!link.isPingDue) continue
      link.ping()
      link.heard()
      link.pong((sent.at(-1) as { id: number }).id)
    }
    return sent.length - before
  }

  it('pings a silent peer at every heartbeat', async () => {
    expect(await pings(10 * HEARTBEAT_INTERVAL_MS, false)).toBe(10)
  })

  it('pings a peer that speaks all the time only to know the round trip', async () => {
    expect(await pings(5 * ROUND_TRIP_EVERY_MS, true)).toBe(5)
  })

  it('pings nobody for a round trip that the hello has just shown, and again when all have met', async () => {
    link = await linked(3)
    expect(await pings(FIRST_ROUND_TRIP_MS - HEARTBEAT_INTERVAL_MS, true)).toBe(0)
    expect(await pings(HEARTBEAT_INTERVAL_MS, true)).toBe(1)
    link = await linked()
    expect(await pings(HEARTBEAT_INTERVAL_MS, true)).toBe(1)
  })

  it('waits for the answer to its ping before the next', () => {
    link.ping()
    link.ping()
    expect(sent.filter(({ is }) => is === 'ping')).toHaveLength(2)
    expect(link.pong(7)).toBeUndefined()
  })
})
