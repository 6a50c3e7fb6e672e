import { MAX_UPLOAD_FILES, type UploadItem } from './plan.ts'

/** Files of an `<input>`; folders bring their relative paths. */
export function itemsOfInput(files: Iterable<File>): UploadItem[] {
  return Array.from(files, (file) => ({ path: file.webkitRelativePath || file.name, file }))
}

/** The entries of a drop. Must be called within the event: the browser empties the list afterwards. */
export function entriesOfDrop(data: DataTransfer): FileSystemEntry[] {
  return Array.from(data.items)
    .filter((item) => item.kind === 'file')
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null)
}

/** Every file below the dropped entries. */
export async function itemsOfDrop(entries: readonly FileSystemEntry[]): Promise<UploadItem[]> {
  const items: UploadItem[] = []
  const queue = [...entries]
  for (let entry = queue.shift(); entry && items.length < MAX_UPLOAD_FILES; entry = queue.shift()) {
    if (entry.isFile) items.push({ path: entry.fullPath, file: await fileOf(entry as FileSystemFileEntry) })
    else queue.push(...(await childrenOf(entry as FileSystemDirectoryEntry)))
  }
  return items
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject))
}

async function childrenOf(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader()
  const children: FileSystemEntry[] = []
  // `readEntries` gives at most a hundred at a time and an empty list at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (some.length === 0) return children
    children.push(...some)
  }
}
