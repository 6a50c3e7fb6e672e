import type { TLSSocket } from 'node:tls'
import type { Pipe } from './lane.ts'
import type { TurnPacer } from './turn-pacer.ts'

/** Node's own handle below a socket; `reading` is what Node itself goes by. */
interface ReadableHandle {
  reading: boolean
  readStart(): number
  readStop(): number
}

/** A TLS socket as a lane's pipe. All that one turn of the event loop writes goes out as one train of records. */
export function tlsPipe(socket: TLSSocket, pacer: TurnPacer): Pipe {
  let isCorked = false
  const cork = (): void => {
    if (isCorked) return
    isCorked = true
    socket.cork()
    setImmediate(() => {
      isCorked = false
      socket.uncork()
    })
  }
  return {
    write: (pieces, onFlushed) => {
      cork()
      for (const [i, piece] of pieces.entries()) {
        pacer.moved(piece.length)
        if (i === pieces.length - 1) socket.write(piece, onFlushed)
        else socket.write(piece)
      }
    },
    pause: () => setReading(socket, false),
    resume: () => setReading(socket, true),
    destroy: (error) => void socket.destroy(error),
  }
}

/** Below the stream, where a pause costs no more than a flag, and `onread` is obeyed. */
function setReading(socket: TLSSocket, isReading: boolean): void {
  const handle = (socket as unknown as { _handle: ReadableHandle | null })._handle
  if (!handle || socket.destroyed || handle.reading === isReading) return
  handle.reading = isReading
  if (isReading) handle.readStart()
  else handle.readStop()
}
