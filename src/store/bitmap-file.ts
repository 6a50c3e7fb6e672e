import { closeSync, constants, fsync, fsyncSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { Bitmap, toShoalError } from '../base/index.ts'

/** `SHOALHB1`, the number of chunks as u32 (big endian), four zero bytes; then the bits. */
const MAGIC = new TextEncoder().encode('SHOALHB1')
const HEADER_BYTES = 16

/**
 * The chunks of a download that are on disk, one bit each, written right after the chunk's own bytes: what a killed
 * process leaves behind is true. What a power cut leaves behind is checked before it is believed.
 */
export class BitmapFile {
  readonly bits: Bitmap
  readonly #fd: number
  #closed = false

  private constructor(fd: number, bits: Bitmap) {
    this.#fd = fd
    this.bits = bits
  }

  /** Opens or begins the file; one that is damaged or of another share counts as empty. */
  static open(path: string, chunks: number): BitmapFile {
    try {
      mkdirSync(dirname(path), { recursive: true })
      const fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600)
      const bits = readBits(fd, chunks)
      const file = new BitmapFile(fd, bits ?? new Bitmap(chunks))
      if (!bits) file.#writeAll()
      return file
    } catch (error) {
      throw toShoalError(error, 'storage-failed')
    }
  }

  set(chunk: number, held: boolean): void {
    if (this.#closed) return
    if (!(held ? this.bits.add(chunk) : this.bits.delete(chunk))) return
    const at = chunk >> 3
    let byte = 0
    for (let i = 0; i < 8; i++) if (this.bits.has(at * 8 + i)) byte |= 128 >> i
    writeSync(this.#fd, Uint8Array.of(byte), 0, 1, HEADER_BYTES + at)
  }

  async flush(): Promise<void> {
    if (!this.#closed) await promisify(fsync)(this.#fd)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    closeSync(this.#fd)
  }

  #writeAll(): void {
    writeSync(this.#fd, header(this.bits.length), 0, HEADER_BYTES, 0)
    const bytes = this.bits.toBytes()
    writeSync(this.#fd, bytes, 0, bytes.length, HEADER_BYTES)
    fsyncSync(this.#fd)
  }
}

function header(chunks: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES)
  bytes.set(MAGIC)
  new DataView(bytes.buffer).setUint32(MAGIC.length, chunks)
  return bytes
}

function readBits(fd: number, chunks: number): Bitmap | undefined {
  const bytes = new Uint8Array(HEADER_BYTES + Math.ceil(chunks / 8))
  if (readSync(fd, bytes, 0, bytes.length, 0) !== bytes.length) return undefined
  if (Buffer.compare(bytes.subarray(0, HEADER_BYTES), header(chunks)) !== 0) return undefined
  return new Bitmap(chunks, bytes.subarray(HEADER_BYTES))
}
