import type { TLSSocket } from 'node:tls'
import type { Pipe } from './lane.ts'
import type { TurnPacer } from './turn-pacer.ts'
import { WriteTrain } from './write-train.ts'

/** Node's own handle below a socket; `reading` is what Node itself goes by. */
interface ReadableHandle {
  reading: boolean
  readStart(): number
  readStop(): number
}

/** A TLS socket as a lane's pipe. */
export function tlsPipe(socket: TLSSocket, pacer: TurnPacer): Pipe {
  const train = new WriteTrain(socket)
  return {
    write: (pieces, onFlushed) => {
      for (const piece of pieces) pacer.moved(piece.length)
      train.add(pieces, onFlushed)
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
