import type { TLSSocket } from 'node:tls'
import type { Pipe } from './lane.ts'
import type { PacedRead } from './read-pacer.ts'

/** A TLS socket as a lane's pipe, read at the pace given. Header and payload are corked into one record train. */
export function tlsPipe(socket: TLSSocket, pace: PacedRead): Pipe {
  return {
    write: (pieces, onFlushed) => {
      socket.cork()
      for (const [i, piece] of pieces.entries()) {
        if (i === pieces.length - 1) socket.write(piece, onFlushed)
        else socket.write(piece)
      }
      socket.uncork()
    },
    pause: () => pace.hold(),
    resume: () => pace.release(),
    destroy: (error) => {
      pace.end()
      socket.destroy(error)
    },
  }
}
