import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import { MAX_ADDRESSES, MAX_KNOWN_PEERS } from './limits.ts'
import { dialTarget, PeerBook } from './peer-book.ts'
import { peerIds } from './test-peers.ts'
import type { FoundPeer } from './peer-source.ts'

const at = (port: number) => multiaddr(`/ip4/10.0.0.1/tcp/${port}`)
const nameless = (port: number): FoundPeer => ({ peerId: undefined, multiaddrs: [at(port)], source: 'typed' })

describe('the book of known peers', () => {
  it('forgets whom it did not hear of for longest when it is full, but nobody who is being dialled', () => {
    const book = new PeerBook()
    for (let n = 1; n <= MAX_KNOWN_PEERS; n++) book.note(nameless(n), 0)
    book.get(at(1).toString())!.dial = { is: 'dialling' }
    book.note(nameless(2), 0)
    for (let n = 1; n <= 5; n++) book.note(nameless(10_000 + n), 0)
    expect(book.size).toBe(MAX_KNOWN_PEERS)
    const there = [1, 2, 3, 4, 5, 6, 7, 8].filter((n) => book.get(at(n).toString()))
    expect(there).toEqual([1, 2, 8])
  })

  it('ends the pause of whom it forgets', () => {
    const book = new PeerBook()
    let ended = 0
    book.note(nameless(1), 0)!.peer.dial = { is: 'resting', again: false, cancel: () => ended++ }
    for (let n = 2; n <= MAX_KNOWN_PEERS + 1; n++) book.note(nameless(n), 0)
    expect(ended).toBe(1)
  })

  it('keeps the newest addresses of a peer and dials the newest first', async () => {
    const [peerId] = await peerIds(1)
    const book = new PeerBook()
    for (let n = 1; n <= MAX_ADDRESSES + 3; n++) book.note({ peerId, multiaddrs: [at(n)], source: 'mdns' }, 0)
    const noted = book.note(
      { peerId, multiaddrs: [at(5).encapsulate(`/p2p/${peerId!.toString()}`)], source: 'dht' },
      0,
    )
    expect(noted!.isNews).toBe(false)
    const target = dialTarget(noted!.peer)
    const ports = Array.isArray(target) ? target.map((each) => Number(each.toString().split('/')[4])) : []
    expect(ports.length).toBe(MAX_ADDRESSES)
    expect(ports.slice(0, 2)).toEqual([5, MAX_ADDRESSES + 3])
    expect([...noted!.peer.foundBy]).toEqual(['mdns', 'dht'])
  })

  it('takes no note of nothing', () => {
    expect(new PeerBook().note({ peerId: undefined, multiaddrs: [], source: 'typed' }, 0)).toBeUndefined()
  })
})
