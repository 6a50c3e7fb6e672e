/**
 * Memory in which room is left free: `bytes` before each stretch of `every` bytes of data, the last of which may be shorter.
 * For whoever puts something of its own before each stretch without moving the data.
 */
export interface Gaps {
  readonly bytes: number
  readonly every: number
}

/** Bytes of memory that `length` bytes of data take with their gaps. */
export function gappedLength(length: number, { bytes, every }: Gaps): number {
  return length + Math.ceil(length / every) * bytes
}

/** Bytes of data in so much memory: the other way round. */
export function ungappedLength(memory: number, gaps: Gaps | undefined): number {
  return gaps ? memory - Math.ceil(memory / (gaps.every + gaps.bytes)) * gaps.bytes : memory
}

/** Where in the memory the data's byte `at` lies. */
export function gappedOffset(at: number, { bytes, every }: Gaps): number {
  return at + (Math.floor(at / every) + 1) * bytes
}

/** Puts data where it belongs in such memory. */
export function fillGapped(memory: Uint8Array, data: Uint8Array, gaps: Gaps | undefined): void {
  let done = 0
  for (const stretch of gappedStretches(memory, 0, data.length, gaps)) {
    stretch.set(data.subarray(done, done + stretch.length))
    done += stretch.length
  }
}

/** The memory of `length` bytes of data from `at` on, in order and without the gaps; all in one where there are none. */
export function gappedStretches(
  memory: Uint8Array,
  at: number,
  length: number,
  gaps: Gaps | undefined,
): Uint8Array[] {
  if (!gaps) return [memory.subarray(at, at + length)]
  const stretches: Uint8Array[] = []
  for (let done = at; done < at + length;) {
    const bytes = Math.min(gaps.every - (done % gaps.every), at + length - done)
    const from = gappedOffset(done, gaps)
    stretches.push(memory.subarray(from, from + bytes))
    done += bytes
  }
  return stretches
}
