import type { TLSSocket } from 'node:tls'
import type { Pipe } from './lane.ts'

/** A TLS socket as a lane's pipe. Header and payload are corked into one record train. */
export function tlsPipe(socket: TLSSocket): Pipe {
  return {
    write: (pieces, onFlushed) => {
      socket.cork()
      for (const [i, piece] of pieces.entries()) {
        if (i === pieces.length - 1) socket.write(piece, onFlushed)
        else socket.write(piece)
      }
      socket.uncork()
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    destroy: (error) => void socket.destroy(error),
  }
}
