/** The middle of numbers in ascending order, of an even number of them the mean of the two in the middle; null of none. */
export function median(sorted: readonly number[]): number | null {
  if (sorted.length === 0) return null
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Lines of CSV (RFC 4180) of values that need no quotes; numbers have a point whatever the language. */
export function csvOf(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => `${row.join(',')}\r\n`).join('')
}

/** To thousandths, for CSV; nothing where there is no number. */
export function thousandths(value: number | null): number | string {
  return value === null ? '' : Math.round(value * 1000) / 1000
}
