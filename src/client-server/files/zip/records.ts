/**
 * Records of a ZIP archive (PKWARE APPNOTE.TXT 6.3.10): stored, names in UTF-8, ZIP64 fields only where the old ones
 * are too small, so that old programs read what they can. No times are kept (1980-01-01), so the same share gives the
 * same bytes.
 */

const MAX_16 = 0xffff
const MAX_32 = 0xffffffff

const VERSION_DEFAULT = 20
const VERSION_ZIP64 = 45
/** Made by: Unix, whose permission bits the upper half of the external attributes then holds. */
const MADE_BY_UNIX = 3 << 8

/** Bit 3: CRC and sizes follow the data, which is not read before it is sent. Bit 11: names are UTF-8. */
const FLAG_DESCRIPTOR = 1 << 3
const FLAG_UTF8 = 1 << 11

/** 1980-01-01 in the format of MS-DOS. */
const NO_DATE = (1 << 5) | 1

const FILE_MODE = 0o100644
const EXECUTABLE_MODE = 0o100755
const FOLDER_MODE = 0o40755
const DOS_FOLDER = 0x10

/** A file or folder (its name ends in a slash) as an archive lists it. */
export interface ZipEntry {
  readonly name: Uint8Array
  readonly size: number
  readonly kind: 'file' | 'executable' | 'folder'
}

const LOCAL_BYTES = 30
const CENTRAL_BYTES = 46
const END_BYTES = 22
const END64_BYTES = 56
const LOCATOR64_BYTES = 20

function isLarge(size: number): boolean {
  return size >= MAX_32
}

export function localLength({ name, size }: ZipEntry): number {
  return LOCAL_BYTES + name.length + (isLarge(size) ? 20 : 0)
}

export function localHeader({ name, size, kind }: ZipEntry): Buffer {
  const out = Buffer.alloc(localLength({ name, size, kind }))
  const hasData = kind !== 'folder'
  out.writeUInt32LE(0x04034b50, 0)
  out.writeUInt16LE(isLarge(size) ? VERSION_ZIP64 : VERSION_DEFAULT, 4)
  out.writeUInt16LE(FLAG_UTF8 | (hasData ? FLAG_DESCRIPTOR : 0), 6)
  out.writeUInt16LE(NO_DATE, 12)
  out.writeUInt16LE(name.length, 26)
  out.set(name, LOCAL_BYTES)
  if (isLarge(size)) {
    // Values follow the data; that the field is there says that they have eight bytes each (§4.3.9.2).
    out.writeUInt32LE(MAX_32, 18)
    out.writeUInt32LE(MAX_32, 22)
    out.writeUInt16LE(20, 28)
    writeExtra64(out, LOCAL_BYTES + name.length, [0, 0])
  }
  return out
}

export function descriptorLength({ size, kind }: ZipEntry): number {
  if (kind === 'folder') return 0
  return isLarge(size) ? 24 : 16
}

export function descriptor(entry: ZipEntry, crc: number): Buffer {
  const out = Buffer.alloc(descriptorLength(entry))
  out.writeUInt32LE(0x08074b50, 0)
  out.writeUInt32LE(crc, 4)
  if (isLarge(entry.size)) {
    out.writeBigUInt64LE(BigInt(entry.size), 8)
    out.writeBigUInt64LE(BigInt(entry.size), 16)
  } else {
    out.writeUInt32LE(entry.size, 8)
    out.writeUInt32LE(entry.size, 12)
  }
  return out
}

export function centralLength({ name, size }: ZipEntry, offset: number): number {
  return CENTRAL_BYTES + name.length + extraLength(central64(size, offset))
}

export function centralHeader(entry: ZipEntry, offset: number, crc: number): Buffer {
  const { name, size, kind } = entry
  const extra = central64(size, offset)
  const out = Buffer.alloc(centralLength(entry, offset))
  const version = extra.length > 0 ? VERSION_ZIP64 : VERSION_DEFAULT
  out.writeUInt32LE(0x02014b50, 0)
  out.writeUInt16LE(MADE_BY_UNIX | version, 4)
  out.writeUInt16LE(version, 6)
  out.writeUInt16LE(FLAG_UTF8 | (kind === 'folder' ? 0 : FLAG_DESCRIPTOR), 8)
  out.writeUInt16LE(NO_DATE, 14)
  out.writeUInt32LE(crc, 16)
  out.writeUInt32LE(isLarge(size) ? MAX_32 : size, 20)
  out.writeUInt32LE(isLarge(size) ? MAX_32 : size, 24)
  out.writeUInt16LE(name.length, 28)
  out.writeUInt16LE(extraLength(extra), 30)
  out.writeUInt32LE(externalAttributes(kind), 38)
  out.writeUInt32LE(isLarge(offset) ? MAX_32 : offset, 42)
  out.set(name, CENTRAL_BYTES)
  if (extra.length > 0) writeExtra64(out, CENTRAL_BYTES + name.length, extra)
  return out
}

function externalAttributes(kind: ZipEntry['kind']): number {
  if (kind === 'folder') return ((FOLDER_MODE << 16) | DOS_FOLDER) >>> 0
  return ((kind === 'executable' ? EXECUTABLE_MODE : FILE_MODE) << 16) >>> 0
}

/** Values too large for their fields, in the order of the ZIP64 extra field (§4.5.3). */
function central64(size: number, offset: number): number[] {
  return [...(isLarge(size) ? [size, size] : []), ...(isLarge(offset) ? [offset] : [])]
}

function extraLength(values: readonly number[]): number {
  return values.length === 0 ? 0 : 4 + 8 * values.length
}

function writeExtra64(out: Buffer, at: number, values: readonly number[]): void {
  out.writeUInt16LE(1, at)
  out.writeUInt16LE(8 * values.length, at + 2)
  for (const [i, value] of values.entries()) out.writeBigUInt64LE(BigInt(value), at + 4 + 8 * i)
}

export interface Directory {
  readonly entries: number
  readonly offset: number
  readonly length: number
}

function needs64({ entries, offset, length }: Directory): boolean {
  return entries >= MAX_16 || isLarge(offset) || isLarge(length)
}

export function endLength(directory: Directory): number {
  return END_BYTES + (needs64(directory) ? END64_BYTES + LOCATOR64_BYTES : 0)
}

/** The end of the archive, in ZIP64 form too where it is needed. */
export function endRecords(directory: Directory): Buffer {
  const { entries, offset, length } = directory
  const out = Buffer.alloc(endLength(directory))
  const end = out.subarray(out.length - END_BYTES)
  if (needs64(directory)) writeEnd64(out, directory)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(Math.min(entries, MAX_16), 8)
  end.writeUInt16LE(Math.min(entries, MAX_16), 10)
  end.writeUInt32LE(Math.min(length, MAX_32), 12)
  end.writeUInt32LE(Math.min(offset, MAX_32), 16)
  return out
}

function writeEnd64(out: Buffer, { entries, offset, length }: Directory): void {
  out.writeUInt32LE(0x06064b50, 0)
  out.writeBigUInt64LE(BigInt(END64_BYTES - 12), 4)
  out.writeUInt16LE(MADE_BY_UNIX | VERSION_ZIP64, 12)
  out.writeUInt16LE(VERSION_ZIP64, 14)
  out.writeBigUInt64LE(BigInt(entries), 24)
  out.writeBigUInt64LE(BigInt(entries), 32)
  out.writeBigUInt64LE(BigInt(length), 40)
  out.writeBigUInt64LE(BigInt(offset), 48)
  out.writeUInt32LE(0x07064b50, END64_BYTES)
  out.writeBigUInt64LE(BigInt(offset + length), END64_BYTES + 8)
  out.writeUInt32LE(1, END64_BYTES + 16)
}
