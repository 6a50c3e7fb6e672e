/** Values beside each other at equal distances: numbers of laptops grow by factors. */
export function places(values: readonly number[], from: number, to: number): [number, number][] {
  const step = values.length > 1 ? (to - from) / (values.length - 1) : 0
  const first = values.length > 1 ? from : (from + to) / 2
  return values.map((value, i) => [value, first + i * step])
}

/** Powers of ten that hold all values; of nothing, one decade. */
export function decades(values: readonly number[]): number[] {
  const powers = values.filter((value) => value > 0).map((value) => Math.log10(value))
  if (powers.length === 0) return [1, 10]
  const low = Math.floor(Math.min(...powers))
  const high = Math.max(low + 1, Math.ceil(Math.max(...powers)))
  // Written out, so that a tenth is a tenth.
  return Array.from({ length: high - low + 1 }, (_, i) => Number(`1e${low + i}`))
}
