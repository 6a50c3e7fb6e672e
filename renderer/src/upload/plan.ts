import { pathFault } from '../../../src/content/names.ts'

/** One file of an upload and where it belongs. */
export interface UploadItem<F = File> {
  /** `/`-separated, relative, beginning with the name of what was dropped. */
  readonly path: string
  readonly file: F
}

/** One share to be: everything below one dropped file or folder. */
export interface UploadPlan<F = File> {
  readonly name: string
  readonly items: readonly UploadItem<F>[]
  readonly bytes: number
}

export interface UploadPlans<F = File> {
  readonly plans: readonly UploadPlan<F>[]
  /** Paths that other systems cannot hold, or too many to list: not sent, and told. */
  readonly leftOut: readonly string[]
}

/** What a browser can list without the page suffering; more than this needs the desktop app, which passes a path. */
export const MAX_UPLOAD_FILES = 200_000

/** Files of one pick or drop as shares: one for each thing at the top, in the order they came. */
export function planUploads<F extends { size: number }>(items: readonly UploadItem<F>[]): UploadPlans<F> {
  const groups = new Map<string, UploadItem<F>[]>()
  const leftOut: string[] = []
  for (const [i, item] of items.entries()) {
    const path = item.path.replace(/^\//, '')
    if (i >= MAX_UPLOAD_FILES || path.endsWith('/') || pathFault(path)) {
      leftOut.push(path)
      continue
    }
    const top = path.split('/')[0]!
    const group = groups.get(top) ?? []
    group.push({ path, file: item.file })
    groups.set(top, group)
  }
  const plans = [...groups].map(([name, group]) => ({
    name,
    items: group,
    bytes: group.reduce((sum, { file }) => sum + file.size, 0),
  }))
  return { plans, leftOut }
}

/** The address to PUT a file to: every segment escaped, so that `#`, `?` and `%` in names stay names. */
export function uploadUrl(base: string, path: string): string {
  return `${base.replace(/\/$/, '')}/${path.split('/').map(encodeURIComponent).join('/')}`
}
