import type { Socket } from 'node:net'

/** As the `onread` option of `net.connect`: where the next bytes go, then how many came. */
export interface ReadInto {
  readonly buffer: () => Uint8Array
  readonly callback: (length: number, into: Uint8Array) => boolean
}

interface BufferedHandle {
  useUserBuffer?(buffer: Uint8Array): void
}

/**
 * Gives an accepted socket what Node gives only to those it dials itself: `onread`. Without it every read allocates 64 KiB
 * outside of V8's heap, and at full speed V8 collects garbage longer than everything else takes. Done as `net.Socket` does
 * it for its own option; false, and nothing is changed, where Node's insides are others than here.
 */
export function readInto(socket: Socket, into: ReadInto): boolean {
  const symbols = Object.getOwnPropertySymbols(socket)
  const [buffer, callback, generate] = ['kBuffer', 'kBufferCb', 'kBufferGen'].map((name) =>
    symbols.find(({ description }) => description === name),
  )
  const handle = (socket as unknown as { _handle: BufferedHandle | null })._handle
  if (!buffer || !callback || !generate || typeof handle?.useUserBuffer !== 'function') return false
  const first = into.buffer()
  Object.assign(socket, { [buffer]: first, [callback]: into.callback, [generate]: into.buffer })
  handle.useUserBuffer(first)
  return true
}
