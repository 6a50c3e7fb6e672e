import { ShoalError } from './errors.ts'

const SIZE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
}

const RATE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  bit: 1,
  kbit: 1e3,
  mbit: 1e6,
  gbit: 1e9,
}

/** Bytes of a size as people write it: `8MiB`, `1.5 GB`, `4096`. */
export function parseSize(text: string): number {
  const bytes = parseQuantity(text, SIZE_UNITS)
  if (bytes === undefined)
    throw new ShoalError('bad-usage', `not a size: "${text}" (write 8MiB, 1.5GB or 4096)`)
  return Math.round(bytes)
}

/** Bits per second of a rate: `20Mbit`, `1Gbit`. 0 means no limit. */
export function parseRate(text: string): number {
  const bits = parseQuantity(text.replace(/(\/s|ps)$/i, ''), RATE_UNITS)
  if (bits === undefined) throw new ShoalError('bad-rate', `not a rate: "${text}" (write 20Mbit or 1Gbit)`)
  return bits
}

function parseQuantity(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const match = /^(\d{1,16}(?:\.\d{1,6})?)\s*([a-z]*)$/i.exec(text.trim())
  const unit = match ? units[match[2]!.toLowerCase()] : undefined
  const value = unit === undefined ? Number.NaN : Number(match![1]) * unit
  return Number.isSafeInteger(Math.round(value)) ? value : undefined
}

/** `Intl`'s compact notation prints "4000만B" in Korean, hence our own. Powers of 1024, at most three digits. */
export function formatSize(bytes: number): string {
  return formatScaled(bytes, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'])
}

/** Bits per second as people read them: `94.1 Mbit/s`. */
export function formatRate(bitsPerSecond: number): string {
  return formatScaled(bitsPerSecond, 1000, ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s', 'Tbit/s'])
}

function formatScaled(value: number, base: number, units: readonly string[]): string {
  let scaled = Math.max(0, value)
  let unit = 0
  while (scaled >= base && unit < units.length - 1) {
    scaled /= base
    unit++
  }
  const digits = unit === 0 || scaled >= 100 ? 0 : scaled >= 10 ? 1 : 2
  return `${scaled.toFixed(digits)} ${units[unit]}`
}
