import type { Stream } from '@libp2p/interface'
import type { Uint8ArrayList } from 'uint8arraylist'
import { concatBytes } from '../../../base/index.ts'
import type { Pipe } from './lane.ts'

/** What a pipe hands upwards. */
export interface PipeListener {
  push(bytes: Uint8Array): void
  close(error?: Error): void
}

/**
 * A libp2p stream as a lane's pipe. Never waits for `drain` (its promise works once) and never iterates (no
 * back-pressure there): what is queued is bounded by acknowledgements, what is paused by the stream's window.
 */
export function streamPipe(stream: Stream, listener: () => PipeListener): Pipe {
  stream.addEventListener('message', (event) => pushAll(event.data, listener()))
  stream.addEventListener('close', (event) => listener().close(event.error))
  stream.addEventListener('remoteCloseWrite', () => listener().close())
  return {
    // A copy: nothing tells when a muxer has let go of what it was given.
    write: (pieces, onFlushed) => {
      stream.send(concatBytes(...pieces))
      onFlushed?.()
    },
    pause: () => stream.pause(),
    resume: () => stream.resume(),
    destroy: (error) => stream.abort(error ?? new Error('lane closed')),
  }
}

function pushAll(data: Uint8Array | Uint8ArrayList, listener: PipeListener): void {
  if (data instanceof Uint8Array) return listener.push(data)
  for (const piece of data) listener.push(piece)
}
