import { peerIdFromMultihash, peerIdFromString } from '@libp2p/peer-id'
import { decode } from 'multiformats/hashes/digest'
import { errorMessage } from '../../../base/index.ts'
import { MAX_HANDED_PEERS, MAX_LIST } from '../limits.ts'
import type { HandOut } from '../policy/types.ts'
import { violation } from '../wire/bytes.ts'
import type { HandedOut, Message } from '../wire/messages.ts'

/** As many messages as the limits ask for; none for none. */
export function encodeHandOuts(handOuts: readonly HandOut[]): Message[] {
  const messages: Message[] = []
  for (let at = 0; at < handOuts.length; at += MAX_LIST) {
    const byPeer = Map.groupBy(handOuts.slice(at, at + MAX_LIST), ({ peer }) => peer)
    const to = [...byPeer].map(([peer, parts]) => ({
      peer: peerIdFromString(peer).toMultihash().bytes,
      parts: parts.map(({ part }) => part),
    }))
    for (let i = 0; i < to.length; i += MAX_HANDED_PEERS) {
      messages.push({ is: 'handed-out', to: to.slice(i, i + MAX_HANDED_PEERS) })
    }
  }
  return messages
}

/** Throws `protocol-violation` for what is not a peer id. */
export function decodeHandOuts(to: readonly HandedOut[]): HandOut[] {
  return to.flatMap(({ peer, parts }) => {
    const key = peerKey(peer)
    return parts.map((part) => ({ part, peer: key }))
  })
}

function peerKey(bytes: Uint8Array): string {
  try {
    return peerIdFromMultihash(decode(bytes)).toString()
  } catch (error) {
    throw violation(`not a peer id: ${errorMessage(error)}`)
  }
}
