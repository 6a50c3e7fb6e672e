import { yamux } from '@libp2p/yamux'
import type { StreamMuxerFactory } from '@libp2p/interface'

/** What is used of the library's streams; none of it is in its types. */
export interface YamuxWindow {
  state: number
  /** Bytes the other side may still send, and how many it may send after an update. */
  recvWindowCapacity: number
  recvWindow: number
  sendWindowUpdate(): void
}

interface YamuxMuxer {
  _newStream(...args: unknown[]): YamuxWindow
}

/** The library's `Init` and `SYNReceived`: the next update carries the SYN or ACK of the stream and may not be left out. */
export const OPENING_STATES: readonly number[] = [0, 2]

/**
 * Yamux as the library has it, but for one thing: it answers every frame of data with a window update, which doubles the
 * frames of a stream of small messages. As in the first implementation (github.com/hashicorp/yamux, `Stream.sendWindowUpdate`)
 * an update is sent once half of the window is used up.
 */
export function thriftyYamux(init: Parameters<typeof yamux>[0]): () => StreamMuxerFactory {
  const make = yamux(init)
  return () => {
    const factory = make() as StreamMuxerFactory
    const create = factory.createStreamMuxer.bind(factory)
    factory.createStreamMuxer = (connection) => {
      const muxer = create(connection)
      const internal = muxer as unknown as YamuxMuxer
      const newStream = internal._newStream.bind(muxer)
      internal._newStream = (...args) => withHalfWindow(newStream(...args))
      return muxer
    }
    return factory
  }
}

/** The stream itself, sending window updates only when they matter. */
export function withHalfWindow<S extends YamuxWindow>(stream: S): S {
  const send = stream.sendWindowUpdate.bind(stream)
  stream.sendWindowUpdate = () => {
    if (OPENING_STATES.includes(stream.state) || stream.recvWindowCapacity * 2 <= stream.recvWindow) send()
  }
  return stream
}
