/**
 * Order of two well-formed texts by their UTF-8 bytes: negative, 0 or positive. JavaScript's own order is that of UTF-16
 * units, which puts U+E000…U+FFFF after the surrogates of U+10000 and above; UTF-8 (and code points) do the opposite.
 */
export function comparePaths(a: string, b: string): number {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) {
    const left = a.charCodeAt(i)
    const right = b.charCodeAt(i)
    if (left !== right) return rank(left) - rank(right)
  }
  return a.length - b.length
}

/** Moves surrogates above U+FFFF and everything else out of their way. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000
}
