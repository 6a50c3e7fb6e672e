/** Randomness, passed in. `system` is for identities and secrets too; `seeded` only for simulations and tests. */
export interface Random {
  /** A float in [0, 1). */
  next(): number
  /** An integer in [0, bound). */
  below(bound: number): number
  bytes(length: number): Uint8Array<ArrayBuffer>
}

interface PlatformCrypto {
  crypto: { getRandomValues(into: Uint8Array<ArrayBuffer>): unknown }
}

// getRandomValues refuses more than 64 KiB in one call.
const MAX_RANDOM_BYTES = 65_536

function fillRandom(into: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  for (let at = 0; at < into.length; at += MAX_RANDOM_BYTES) {
    ;(globalThis as unknown as PlatformCrypto).crypto.getRandomValues(
      into.subarray(at, at + MAX_RANDOM_BYTES),
    )
  }
  return into
}

export const systemRandom: Random = {
  next: () => Math.random(),
  below: (bound) => Math.floor(Math.random() * bound),
  bytes: (length) => fillRandom(new Uint8Array(length)),
}

/** mulberry32: small, fast, the same sequence on every machine. Not for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (bound: number): number => Math.floor(next() * bound)
  return { next, below, bytes: (length) => Uint8Array.from({ length }, () => below(256)) }
}

/** Fisher–Yates, in place. */
export function shuffle<T>(items: T[], random: Random): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = random.below(i + 1)
    ;[items[i], items[j]] = [items[j]!, items[i]!]
  }
  return items
}
