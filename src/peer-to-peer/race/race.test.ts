import { encode } from '@ipld/dag-cbor'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  isShoalError,
  seededRandom,
  ShoalError,
  silentLogger,
  systemClock,
  VirtualClock,
  type Clock,
} from '../../base/index.ts'
import { createNodes } from '../node/index.ts'
import { MAX_FRAMES_AT_ONCE, MAX_RACE_FRAME, MAX_RACE_SIZE, RACE_PROTOCOL } from './limits.ts'
import type { GuestChannel } from './race-door.ts'
import { RaceDoor } from './race-door.ts'
import {
  decodeRaceMessage,
  encodeRaceMessage,
  guestMessageSchema,
  hostMessageSchema,
  type Invite,
} from './wire.ts'

const INVITE: Invite = { is: 'invite', v: 1, name: 'Minji', size: 1000, runs: 2, laptops: 3 }

describe('messages of a race', () => {
  it('are read as they were written', () => {
    // The reader drops a key that could be mistaken for a prototype; no peer is called that.
    const peer = fc.string({ minLength: 1, maxLength: 60 }).filter((key) => key !== '__proto__')
    const held = fc.dictionary(peer, fc.nat(), { maxKeys: 64 })
    const sample = fc.record({
      at: fc.double({ min: 0, max: 1e13, noNaN: true }),
      sent: fc.nat(),
      received: fc.nat(),
      payloadSent: fc.nat(),
      payloadReceived: fc.nat(),
      cpu: fc.option(fc.nat()),
      held,
    })
    fc.assert(
      fc.property(sample, (value) => {
        const message = { is: 'sample' as const, sample: value }
        expect(decodeRaceMessage(guestMessageSchema, encodeRaceMessage(message))).toEqual(message)
      }),
      { numRuns: 50 },
    )
  })

  it('are refused with a clear error whatever else the bytes are', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.anything().map((value) => {
        try {
          return Uint8Array.from(encode(value))
        } catch {
          return new Uint8Array()
        }
      }),
    )
    fc.assert(
      fc.property(bytes, (some) => {
        for (const schema of [hostMessageSchema, guestMessageSchema]) {
          try {
            decodeRaceMessage<unknown>(schema, some)
          } catch (error) {
            expect(isShoalError(error, 'protocol-violation')).toBe(true)
          }
        }
      }),
    )
  })

  it.each([
    { ...INVITE, size: MAX_RACE_SIZE + 1 },
    { ...INVITE, runs: 1000 },
    { ...INVITE, v: 2 },
    { is: 'prepare', offer: { is: 'server', cid: 'x', port: 0 } },
    { is: 'prepare', offer: { is: 'meter', port: 1, token: '../x', up: true } },
    { is: 'prepare', offer: { is: 'file', path: '/etc/passwd' } },
    { is: 'go', __proto__: null, extra: 1, v: Number.MAX_SAFE_INTEGER, is2: 'go' },
  ])('are bounded (%#)', (message) => {
    const read = (): unknown => decodeRaceMessage(hostMessageSchema, Uint8Array.from(encode(message)))
    if (message.is === 'go') expect(read()).toEqual({ is: 'go' })
    else expect(read).toThrow(ShoalError)
  })
})

async function doors(clock: Clock = systemClock) {
  const net = await createNodes(2, { dht: false })
  onTestFinished(() => net.stop())
  await net.star()
  const made = net.nodes.map(({ libp2p }, i) => {
    return new RaceDoor({
      network: () => libp2p,
      clock,
      random: seededRandom(i),
      log: silentLogger,
    })
  })
  for (const door of made) {
    await door.start()
    onTestFinished(() => door.stop())
  }
  // The second dialled the first, so it is the one that knows of the connection by now.
  const [guest, host] = made as [RaceDoor, RaceDoor]
  const [guestNode, hostNode] = net.nodes as [(typeof net.nodes)[0], (typeof net.nodes)[0]]
  return { host, guest, hostNode, guestNode }
}

async function invited(door: RaceDoor): Promise<void> {
  if (door.invitations().length > 0) return
  await new Promise<void>((resolve) => {
    const stop = door.events.on('changed', () => {
      if (door.invitations().length === 0) return
      stop()
      resolve()
    })
  })
}

describe('the door to races', () => {
  it('lets a person answer, and tells who invited', async () => {
    const { host, guest, hostNode, guestNode } = await doors()
    const never = new AbortController().signal
    const answer = host.invite(guestNode.peerId, INVITE, never)
    await invited(guest)
    const [invitation] = guest.invitations()
    expect(invitation).toMatchObject({
      peerId: hostNode.peerId.toString(),
      host: '127.0.0.1',
      invite: INVITE,
    })
    await guest.answer(invitation!.id, true, 'wifi')
    const { link, channel } = await answer
    expect(link).toBe('wifi')
    expect(guest.invitations()).toEqual([])
    channel.close()
    const refused = host.invite(guestNode.peerId, INVITE, never)
    refused.catch(() => {})
    await invited(guest)
    await guest.answer(guest.invitations()[0]!.id, false, 'other')
    await expect(refused).rejects.toMatchObject({ code: 'declined' })
  })

  it('keeps one invitation of each laptop, the last', async () => {
    const { host, guest, guestNode } = await doors()
    const abort = new AbortController()
    const first = host.invite(guestNode.peerId, INVITE, abort.signal)
    first.catch(() => {})
    await invited(guest)
    const second = host.invite(guestNode.peerId, { ...INVITE, size: 2000 }, abort.signal)
    second.catch(() => {})
    await expect(first).rejects.toThrow()
    await invited(guest)
    expect(guest.invitations().map(({ invite }) => invite.size)).toEqual([2000])
    abort.abort(new Error('enough'))
    await expect(second).rejects.toThrow()
  })

  it('takes no more frames than a race has', async () => {
    const { host, guest, guestNode } = await doors(new VirtualClock())
    const accepted = new Promise<GuestChannel>((resolve) =>
      guest.events.on('accepted', (event) => resolve(event.channel)),
    )
    const answer = host.invite(guestNode.peerId, INVITE, new AbortController().signal)
    await invited(guest)
    await guest.answer(guest.invitations()[0]!.id, true, 'wifi')
    const { channel } = await answer
    const flood = await accepted
    for (let n = 0; n < MAX_FRAMES_AT_ONCE; n++) flood.send({ is: 'clock', at: n }).catch(() => {})
    // The answer to the invitation was the first frame.
    for (let n = 1; n < MAX_FRAMES_AT_ONCE; n++) expect((await channel.receive())?.is).toBe('clock')
    await expect(channel.receive()).rejects.toMatchObject({ code: 'protocol-violation' })
    channel.close(new Error('enough'))
  })

  it.each([
    ['garbage', new Uint8Array(64).fill(0xff)],
    ['a frame that is too long', Uint8Array.of(0, 0, (MAX_RACE_FRAME >> 8) + 1, 0)],
    ['an empty frame', new Uint8Array(4)],
    ['a message out of turn', frame({ is: 'go' })],
    ['an invitation to something enormous', frame({ ...INVITE, size: 2 ** 50 })],
  ])('shuts at %s, and asks nobody', async (_what, bytes) => {
    const { guest, hostNode, guestNode } = await doors()
    const stream = await hostNode.libp2p.dialProtocol(guestNode.peerId, RACE_PROTOCOL)
    const closed = new Promise((resolve) => stream.addEventListener('close', resolve))
    stream.send(bytes)
    await closed
    expect(guest.invitations()).toEqual([])
  })
})

function frame(message: unknown): Uint8Array {
  const body = encode(message)
  const bytes = new Uint8Array(4 + body.length)
  new DataView(bytes.buffer).setUint32(0, body.length)
  bytes.set(body, 4)
  return bytes
}
