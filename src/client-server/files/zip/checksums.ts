import { Bitmap } from '../../../base/index.ts'

/** CRC-32 of files, kept once they are known: four bytes an entry. */
export class Checksums {
  readonly #known: Bitmap
  readonly #values: Uint32Array

  constructor(entries: number) {
    this.#known = new Bitmap(entries)
    this.#values = new Uint32Array(entries)
  }

  get(index: number): number | undefined {
    return this.#known.has(index) ? this.#values[index] : undefined
  }

  set(index: number, crc: number): void {
    this.#values[index] = crc
    this.#known.add(index)
  }
}
