import { connect as connectTcp } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Cleanup, silentLogger, systemClock, systemRandom, VirtualClock } from '../../../base/index.ts'
import { LANE_AUTH_TIMEOUT_MS, MAX_UNAUTHENTICATED_LANES } from '../limits.ts'
import type { Lane, LaneSink } from './lane.ts'
import { dialTlsLane } from './tls-dial.ts'
import { createTlsIdentity, type TlsIdentity } from './tls-identity.ts'
import { TlsListener } from './tls-listener.ts'
import { tlsOptions } from './tls-options.ts'
import { TurnPacer } from './turn-pacer.ts'

const SINK: LaneSink = {
  blockStart: () => 'drop',
  blockEnd: () => {},
  message: () => {},
  messagesReceived: () => {},
  acknowledged: () => {},
  closed: () => {},
}

let cleanup: Cleanup
let clock: VirtualClock
let mine: TlsIdentity
let theirs: TlsIdentity
let listener: TlsListener
let accepted: Lane[]
beforeEach(async () => {
  cleanup = new Cleanup()
  clock = new VirtualClock()
  accepted = []
  ;[mine, theirs] = await Promise.all([createTlsIdentity(clock), createTlsIdentity(clock)])
  listener = new TlsListener({
    identity: theirs,
    clock,
    log: silentLogger,
    pacer: new TurnPacer(systemClock),
  })
  await listener.listen()
  cleanup.add(() => listener.close())
})
afterEach(() => cleanup.run())

function invite(fingerprint = mine.fingerprint): Uint8Array {
  const token = systemRandom.bytes(32)
  listener.invite(token, { peer: 'a', fingerprint, sink: SINK, accepted: (lane) => accepted.push(lane) })
  return token
}

function dial(
  token: Uint8Array,
  options: { identity?: TlsIdentity; fingerprint?: Uint8Array } = {},
): Promise<Lane> {
  return dialTlsLane({
    pacer: new TurnPacer(systemClock),
    peer: 'b',
    host: '127.0.0.1',
    port: listener.port,
    identity: options.identity ?? mine,
    fingerprint: options.fingerprint ?? theirs.fingerprint,
    token,
    sink: SINK,
    clock: systemClock,
  })
}

/** A TLS connection that does as it likes; resolves with all bytes it got once it is closed. */
function rogue(begin: (socket: TLSSocket) => void, identity = mine): Promise<Buffer> {
  const socket = connect({ host: '127.0.0.1', port: listener.port, ...tlsOptions(identity) })
  cleanup.add(() => socket.destroy())
  const got: Buffer[] = []
  socket.on('data', (bytes: Buffer) => got.push(bytes))
  socket.on('error', () => {})
  socket.on('secureConnect', () => begin(socket))
  return new Promise((resolve) => socket.on('close', () => resolve(Buffer.concat(got))))
}

describe('TlsListener', () => {
  it('lets in who has the token and the certificate announced', async () => {
    const lane = await dial(invite())
    expect(lane.kind).toBe('tls')
    expect(accepted.length).toBe(1)
    expect(listener.unauthenticated).toBe(0)
  })

  it('gives nothing, not a byte, to who has another certificate, even with the token', async () => {
    const other = await createTlsIdentity(clock)
    const token = invite()
    expect((await rogue((socket) => socket.write(token), other)).length).toBe(0)
    expect(accepted).toEqual([])
  })

  it('gives nothing to who has the certificate and another token', async () => {
    invite()
    expect((await rogue((socket) => socket.write(systemRandom.bytes(32)))).length).toBe(0)
    expect(accepted).toEqual([])
  })

  it('takes a token once, whoever brings it', async () => {
    const token = invite()
    await dial(token)
    await expect(dial(token)).rejects.toMatchObject({ name: 'ShoalError' })
    expect(accepted.length).toBe(1)
    const burnt = invite()
    const other = await createTlsIdentity(clock)
    await rogue((socket) => socket.write(burnt), other)
    await expect(dial(burnt)).rejects.toMatchObject({ name: 'ShoalError' })
  })

  it('takes no token that was withdrawn', async () => {
    const token = systemRandom.bytes(32)
    const withdraw = listener.invite(token, {
      peer: 'a',
      fingerprint: mine.fingerprint,
      sink: SINK,
      accepted: () => {},
    })
    withdraw()
    await expect(dial(token)).rejects.toMatchObject({ name: 'ShoalError' })
  })

  it('takes a token that comes byte by byte, and what follows it belongs to the lane', async () => {
    const token = invite()
    const closed = rogue((socket) => {
      for (const byte of token) socket.write(Uint8Array.of(byte))
      // A header that no honest peer sends ends the lane: it was read as one.
      socket.write(new Uint8Array(16).fill(9))
    })
    expect((await closed).length).toBe(16)
    expect(accepted[0]?.isOpen).toBe(false)
  })

  it('closes who says nothing for three seconds, before and after the handshake', async () => {
    const silent = rogue(() => settle.resolve())
    const settle = Promise.withResolvers<void>()
    const raw = connectTcp(listener.port, '127.0.0.1')
    raw.on('error', () => {})
    const rawClosed = new Promise((resolve) => raw.on('close', resolve))
    raw.resume()
    await Promise.all([settle.promise, new Promise((resolve) => raw.on('connect', resolve))])
    while (listener.unauthenticated < 2) await new Promise((resolve) => setImmediate(resolve))
    clock.advance(LANE_AUTH_TIMEOUT_MS)
    expect((await silent).length).toBe(0)
    await rawClosed
    while (listener.unauthenticated > 0) await new Promise((resolve) => setImmediate(resolve))
    expect(listener.unauthenticated).toBe(0)
  })

  it('keeps at most so many sockets that have shown nothing, and lets in others when they are gone', async () => {
    const sockets = Array.from({ length: MAX_UNAUTHENTICATED_LANES + 8 }, () => {
      const socket = connectTcp(listener.port, '127.0.0.1')
      socket.on('error', () => {})
      socket.resume()
      return { socket, closed: new Promise((resolve) => socket.on('close', resolve)) }
    })
    cleanup.add(() => sockets.forEach(({ socket }) => socket.destroy()))
    let closed = 0
    await new Promise<void>((resolve) => {
      for (const entry of sockets) void entry.closed.then(() => ++closed === 8 && resolve())
    })
    expect(listener.unauthenticated).toBe(MAX_UNAUTHENTICATED_LANES)
    clock.advance(LANE_AUTH_TIMEOUT_MS)
    await Promise.all(sockets.map((entry) => entry.closed))
    while (listener.unauthenticated > 0) await new Promise((resolve) => setImmediate(resolve))
    expect((await dial(invite())).kind).toBe('tls')
  })
})

describe('dialTlsLane', () => {
  it('sends nothing, not even the token, to an end with another certificate than announced', async () => {
    const token = invite()
    const wrong = await createTlsIdentity(clock)
    await expect(dial(token, { fingerprint: wrong.fingerprint })).rejects.toMatchObject({
      code: 'proof-failed',
    })
    // The token was not spent: it never left.
    expect((await dial(token)).kind).toBe('tls')
  })

  it('fails with a code when nobody listens there', async () => {
    const token = invite()
    const { port } = listener
    await listener.close()
    await expect(
      dialTlsLane({
        pacer: new TurnPacer(systemClock),
        peer: 'b',
        host: '127.0.0.1',
        port,
        identity: mine,
        fingerprint: theirs.fingerprint,
        token,
        sink: SINK,
        clock: systemClock,
      }),
    ).rejects.toMatchObject({ code: 'peer-unreachable' })
  })
})
