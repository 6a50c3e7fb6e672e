export { CID_TEXT_LENGTH, cidOf, isShareCid, parseShareCid } from './cid.ts'
export { CollisionChecker } from './collisions.ts'
export { discoveryCid, discoveryKey } from './discovery.ts'
export { EntryChecker } from './entry-checker.ts'
export { sha256 } from './hash.ts'
export { addSizes, chunkSizeFor, Layout, Placer } from './layout.ts'
export type { Area, ChunkRange, Placement } from './layout.ts'
export * from './limits.ts'
export { formatLink, isHttpOrigin, isPeerAddress, isTrackerUrl, LINK_SCHEME, parseLink } from './link.ts'
export type { Link } from './link.ts'
export {
  assertPortablePath,
  collisionKey,
  isFolderPath,
  nameFault,
  partsOfPath,
  pathFault,
  printable,
  toPortableName,
} from './names.ts'
export type { NameFault, PathFault } from './names.ts'
export { comparePaths } from './order.ts'
export { decodeEntryPage, encodeEntryPage, entryFault, hashAt, readPage, verifyPage } from './pages.ts'
export type { Page } from './pages.ts'
export {
  chunkOfPart,
  entriesInPage,
  hashesInPage,
  hashPlace,
  isEntryPage,
  isPage,
  pageCount,
  pageHash,
  pageLengthBound,
  partCount,
  partOfChunk,
} from './parts.ts'
export { decodeRoot, encodeRoot, verifyRoot } from './root.ts'
export { cardOnWire, readCard } from './share-card.ts'
export type { ShareCard } from './share-card.ts'
export { buildRoot, RootBuilder } from './root-builder.ts'
export type { BuiltPage, RootBuilderInit } from './root-builder.ts'
export { FileMap, segmentIn } from './segments.ts'
export type { PlacedFile } from './segments.ts'
export { utf8Length } from './text.ts'
export { sanitiseText, sanitiseWords } from './words.ts'
export { FLAG_EXECUTABLE } from './types.ts'
export type { EncodedRoot, Entry, Part, Root, Segment } from './types.ts'
