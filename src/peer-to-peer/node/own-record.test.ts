import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import { multiaddr } from '@multiformats/multiaddr'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { MAX_PEER_RECORD_BYTES } from '../swarm/limits.ts'
import { MAX_ADDRESSES_PER_PEER } from './limits.ts'
import { signOwnRecord, type OwnRecord } from './own-record.ts'

describe('what a node signs of itself', () => {
  let addresses: string[]
  let network: EventTarget
  let record: OwnRecord
  let changes: number

  beforeEach(async () => {
    const key = await generateKeyPair('Ed25519')
    const peerId = peerIdFromPrivateKey(key)
    addresses = ['/ip4/192.168.1.2/tcp/42850']
    network = new EventTarget()
    const getMultiaddrs = () => addresses.map((each) => multiaddr(`${each}/p2p/${peerId.toString()}`))
    record = await signOwnRecord(Object.assign(network, { peerId, getMultiaddrs }) as never, key)
    changes = 0
    record.events.on('changed', () => changes++)
  })

  async function signed(): Promise<string[]> {
    const { payload } = await RecordEnvelope.openAndCertify(record.bytes, PeerRecord.DOMAIN)
    return PeerRecord.createFromProtobuf(payload).multiaddrs.map(String)
  }

  it('are its addresses, in a record that others can verify', async () => {
    expect(await signed()).toEqual(addresses)
  })

  it('are its addresses of now when they change', async () => {
    addresses = ['/ip4/10.0.0.7/tcp/42850', '/ip6/fd00::7/tcp/42850']
    network.dispatchEvent(new Event('self:peer:update'))
    await vi.waitFor(() => expect(changes).toBe(1))
    expect(await signed()).toEqual(addresses)
  })

  it('are the first of very many addresses: what neighbours read has a bound', async () => {
    const many = Array.from({ length: 500 }, (_, i) => `/ip6/fd00::${(i + 1).toString(16)}/tcp/42850`)
    addresses = many
    network.dispatchEvent(new Event('self:peer:update'))
    await vi.waitFor(() => expect(changes).toBe(1))
    expect(await signed()).toEqual(many.slice(0, MAX_ADDRESSES_PER_PEER))
    expect(record.bytes.length).toBeLessThan(MAX_PEER_RECORD_BYTES)
  })

  it('is not signed again when something else of it changes', async () => {
    const before = record.bytes
    network.dispatchEvent(new Event('self:peer:update'))
    await new Promise((done) => setImmediate(done))
    expect(record.bytes).toBe(before)
    expect(changes).toBe(0)
  })

  it('is the last of several changes at once', async () => {
    for (const host of [3, 4, 5]) {
      addresses = [`/ip4/10.0.0.${host}/tcp/42850`]
      network.dispatchEvent(new Event('self:peer:update'))
    }
    await vi.waitFor(() => expect(changes).toBe(1))
    expect(await signed()).toEqual(['/ip4/10.0.0.5/tcp/42850'])
  })
})
