import { isFolderPath } from '../../../content/index.ts'
import type { PlacedEntry, ShareIndex } from '../share-index.ts'

/** A file or folder as a page shows it. */
export interface Row {
  readonly name: string
  readonly isFolder: boolean
  /** Of a folder: entries below it. */
  readonly files: number
  readonly bytes: number
}

/** One page of a folder. Numbers are of entries, so that the next page begins without counting rows. */
export interface Listing {
  readonly rows: readonly Row[]
  readonly files: number
  readonly bytes: number
  /** Entries of the folder: `begin` … `end` − 1; the page begins at `from`, the next one at `next`. */
  readonly begin: number
  readonly end: number
  readonly from: number
  readonly next: number | undefined
}

/** What stands directly in a folder (`a/b/`, or empty for the top); undefined when there is no such folder. */
export async function listFolder(
  index: ShareIndex,
  folder: string,
  from: number,
  limit: number,
): Promise<Listing | undefined> {
  const { begin, end } = await index.within(folder)
  if (begin === end) return undefined
  const rows: Row[] = []
  let at = from >= begin && from < end ? from : begin
  const first = at
  while (at < end && rows.length < limit) {
    const entry = (await index.at(at))!
    const next = await rowAt(index, entry, folder, end, rows)
    at = next
  }
  const bytes = (await index.bytesBefore(end)) - (await index.bytesBefore(begin))
  return { rows, files: end - begin, bytes, begin, end, from: first, next: at < end ? at : undefined }
}

/** Adds the row an entry begins, if any; the number of the entry after the row. */
async function rowAt(
  index: ShareIndex,
  entry: PlacedEntry,
  folder: string,
  end: number,
  rows: Row[],
): Promise<number> {
  const rest = entry.path.slice(folder.length)
  // The folder itself, being empty.
  if (rest === '') return entry.index + 1
  const slash = rest.indexOf('/')
  if (slash < 0) {
    rows.push({ name: rest, isFolder: false, files: 1, bytes: entry.size })
    return entry.index + 1
  }
  const below = `${folder}${rest.slice(0, slash)}0`
  const next = Math.min(end, await index.lowerBound(below))
  const isEmpty = isFolderPath(entry.path) && entry.path.length === folder.length + slash + 1
  const bytes = (await index.bytesBefore(next)) - entry.bytesBefore
  rows.push({ name: rest.slice(0, slash), isFolder: true, files: isEmpty ? 0 : next - entry.index, bytes })
  return next
}
