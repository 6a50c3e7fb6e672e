import { shuffle, type Random } from '../../base/index.ts'

/** Bits that two places begin with alike: the more, the closer in Kademlia's measure. */
export function commonBits(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, i) => byte !== b[i])
  return at < 0 ? 8 * a.length : 8 * at + Math.clz32(a[at]! ^ b[at]!) - 24
}

/** Whom one knows after a long time together: of every distance at most `most`, whoever came first (Kademlia §2.2). */
export function acquaintancesOf<T extends { readonly place: Uint8Array }>(
  self: { readonly place: Uint8Array },
  all: readonly T[],
  most: number,
  random: Random,
): T[] {
  const counts = new Map<number, number>()
  return shuffle([...all], random).filter((other) => {
    const bits = commonBits(self.place, other.place)
    if (bits === 8 * self.place.length) return false
    const count = counts.get(bits) ?? 0
    counts.set(bits, count + 1)
    return count < most
  })
}
