import { contentDisposition, equalBytes } from '../../base/index.ts'
import type { CID } from 'multiformats/cid'
import { isFolderPath, pageCount, pageHash } from '../../content/index.ts'
import { heldLength, readFile, readSpans, spansOfFile, spansOfStream } from './chunk-reader.ts'
import { mediaTypeOf } from './media-types.ts'
import { FILE_POLICY } from './pages/html.ts'
import { bytesRepresentation, type Representation } from './representation.ts'
import type { PlacedEntry, ShareIndex } from './share-index.ts'
import type { StoredShare } from '../../store/index.ts'

const BINARY = { 'Content-Type': 'application/octet-stream' }

/** A file of a share. Types a browser shows cannot run anything; all others are saved, and may do nothing if shown. */
export function fileRepresentation(index: ShareIndex, file: PlacedEntry, save: boolean): Representation {
  const { stored, layout } = index
  const name = file.path.slice(file.path.lastIndexOf('/') + 1)
  const { type, disposition } = mediaTypeOf(name)
  return {
    length: file.size,
    etag: `"${stored.cid.toString()}.${file.index}"`,
    headers: {
      'Content-Type': type,
      'Content-Disposition': contentDisposition(save ? 'attachment' : disposition, name),
      ...(disposition === 'attachment' && { 'Content-Security-Policy': FILE_POLICY }),
    },
    mayShorten: false,
    heldUntil: (begin, end) => begin + heldLength(stored, spansOfFile(layout, file, begin, end)),
    read: (begin, end, plan) => readFile(index, file, begin, end, plan),
  }
}

/** All chunks in a row, for another Shoal. */
export function streamRepresentation(index: ShareIndex): Representation {
  const { stored, layout } = index
  return {
    length: layout.size,
    etag: `"${stored.cid.toString()}"`,
    headers: BINARY,
    mayShorten: true,
    heldUntil: (begin, end) => begin + heldLength(stored, spansOfStream(layout, begin, end)),
    read: (begin, end, plan) => readSpans(stored, spansOfStream(layout, begin, end), plan),
  }
}

export function rootRepresentation(cid: CID, bytes: Uint8Array): Representation {
  return bytesRepresentation(bytes, cid.toString(), { 'Content-Type': 'application/vnd.ipld.dag-cbor' })
}

/** The page of a share with this hash: undefined when the root names none, `not-held` when it has not arrived. */
export async function pageRepresentation(
  stored: StoredShare,
  hash: Uint8Array,
): Promise<Representation | 'not-held' | undefined> {
  const { root } = stored
  if (!root) return 'not-held'
  for (let part = 0; part < pageCount(root); part++) {
    if (!equalBytes(pageHash(root, part), hash)) continue
    if (!stored.held.has(part)) return 'not-held'
    const bytes = await stored.readPart(part, 0, stored.partLength(part))
    return bytesRepresentation(bytes, Buffer.from(hash).toString('hex'), BINARY)
  }
  return undefined
}

/** The name an archive of a folder has: the folder's, or the share's. */
export function archiveName(index: ShareIndex, folder: string): string {
  const path = isFolderPath(folder) ? folder.slice(0, -1) : ''
  return path.slice(path.lastIndexOf('/') + 1) || index.root.name
}
