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

/** What a browser can list without the page suffering; more than this needs the desktop app, which passes a path. */
export const MAX_UPLOAD_FILES = 200_000

/** Files of one pick or drop as shares: one for each thing at the top, in the order they came. */
export function planUploads<F extends { size: number }>(items: readonly UploadItem<F>[]): UploadPlan<F>[] {
  const groups = new Map<string, UploadItem<F>[]>()
  for (const item of items.slice(0, MAX_UPLOAD_FILES)) {
    const path = cleanPath(item.path)
    if (path === undefined) continue
    const top = path.split('/')[0]!
    const group = groups.get(top) ?? []
    group.push({ path, file: item.file })
    groups.set(top, group)
  }
  return [...groups].map(([name, group]) => ({
    name,
    items: group,
    bytes: group.reduce((sum, { file }) => sum + file.size, 0),
  }))
}

/** The address to PUT a file to: every segment escaped, so that `#`, `?` and `%` in names stay names. */
export function uploadUrl(base: string, path: string): string {
  return `${base.replace(/\/$/, '')}/${path.split('/').map(encodeURIComponent).join('/')}`
}

/** A browser gives clean paths; whatever else comes is not sent at all (the core would refuse it as well). */
function cleanPath(path: string): string | undefined {
  const parts = path.split('/').filter((part) => part !== '')
  return parts.length === 0 || parts.some((part) => part === '.' || part === '..')
    ? undefined
    : parts.join('/')
}
