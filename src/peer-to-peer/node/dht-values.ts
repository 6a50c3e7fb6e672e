import type { QueryEvent } from '@libp2p/kad-dht'
import { ShoalError } from '../../base/index.ts'
import type { ObservableKad } from './libp2p-options.ts'

/** One message of a walk through the DHT. */
export type NodeDhtStep =
  | { readonly is: 'asked'; readonly peer: string }
  /** It told of peers closer to the key, and of the value if it keeps one. */
  | {
      readonly is: 'answered'
      readonly peer: string
      readonly closer: readonly string[]
      readonly value?: Uint8Array
    }
  | { readonly is: 'failed'; readonly peer: string }
  /** At the end: what the library chose of all, our own copy included. */
  | { readonly is: 'chosen'; readonly value: Uint8Array }

/** A node, or whatever else has its DHT. */
export interface DhtHolder {
  readonly libp2p: { readonly services: { readonly dht?: ObservableKad } }
}

/** The node's DHT as a place for signed values. */
export interface NodeDhtValues {
  /** How many took it. */
  put(key: Uint8Array, value: Uint8Array, options: { signal: AbortSignal }): Promise<number>
  /** Every message on the way. */
  get(key: Uint8Array, options: { signal: AbortSignal }): AsyncIterable<NodeDhtStep>
  tableSize(): number
  onPeerAdded(listener: () => void): () => void
}

export function dhtValues(node: DhtHolder): NodeDhtValues {
  const { dht } = node.libp2p.services
  if (!dht) throw new ShoalError('internal', 'this node was made without a DHT')
  return {
    async put(key, value, options) {
      let taken = 0
      for await (const event of dht.put(key, value, options)) {
        options.signal.throwIfAborted()
        if (event.name === 'PEER_RESPONSE' && event.messageName === 'PUT_VALUE') taken++
        if (event.name === 'QUERY_ERROR' && event.error.message === 'Value not put correctly') taken--
      }
      return taken
    },
    async *get(key, options) {
      try {
        for await (const event of dht.get(key, options)) {
          // From here on others would be told what we believe; each keeps what its own rules say.
          if (event.name === 'SEND_QUERY' && event.messageName === 'PUT_VALUE') return
          const step = stepOf(event)
          if (step) yield step
        }
      } catch (error) {
        options.signal.throwIfAborted()
        if ((error as Error).name !== 'NotFoundError') throw error
      }
    },
    tableSize: () => dht.routingTable.size,
    onPeerAdded(listener) {
      dht.routingTable.addEventListener('peer:add', listener)
      return () => dht.routingTable.removeEventListener('peer:add', listener)
    },
  }
}

function stepOf(event: QueryEvent): NodeDhtStep | undefined {
  switch (event.name) {
    case 'SEND_QUERY':
      return { is: 'asked', peer: event.to.toString() }
    case 'PEER_RESPONSE': {
      const peer = event.from.toString()
      const closer = event.closer.map(({ id }) => id.toString())
      return { is: 'answered', peer, closer, ...(event.record && { value: event.record.value }) }
    }
    case 'QUERY_ERROR':
      return { is: 'failed', peer: event.from.toString() }
    case 'VALUE':
      return { is: 'chosen', value: event.value }
    default:
      return undefined
  }
}
