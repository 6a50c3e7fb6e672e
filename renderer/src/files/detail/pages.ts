/** How many entries one call fetches: two screens and more, yet one frame's work to draw from. */
export const PAGE_SIZE = 250

/** The pages that hold the rows from `first` to `last`, without those already asked for. */
export function pagesToFetch(
  first: number,
  last: number,
  total: number,
  known: ReadonlySet<number>,
): number[] {
  if (total === 0 || last < first) return []
  const from = Math.floor(Math.max(0, first) / PAGE_SIZE)
  const to = Math.floor(Math.min(last, total - 1) / PAGE_SIZE)
  const pages: number[] = []
  for (let page = from; page <= to; page++) if (!known.has(page)) pages.push(page)
  return pages
}
