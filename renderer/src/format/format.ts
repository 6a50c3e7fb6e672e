import type { Language } from '../i18n/index.ts'

/** Quantities as people read them, in one language. `Intl`'s compact notation is wrong in Korean ("4000만B"), hence our own. */
export interface Format {
  /** Bytes: `12.4 MiB`. */
  size(bytes: number): string
  /** Bits per second: `94.1 Mbit/s`. */
  rate(bitsPerSecond: number): string
  /** 0…1: `83 %`. Never 100 before it is all. */
  percent(share: number): string
  count(value: number): string
  /** Seconds: `3 min 20 s`. */
  duration(seconds: number): string
  /** Milliseconds since 1970. */
  time(at: number): string
}

const SIZE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
const RATE_UNITS = ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s', 'Tbit/s']

const DURATION_UNITS = {
  en: { day: ' d', hour: ' h', minute: ' min', second: ' s' },
  ko: { day: '일', hour: '시간', minute: '분', second: '초' },
} as const

export function createFormat(language: Language): Format {
  const whole = new Intl.NumberFormat(language)
  const decimals = [0, 1, 2].map(
    (digits) =>
      new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  )
  const clock = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
  const scaled = (value: number, base: number, units: readonly string[]): string => {
    const { number, digits, unit } = scale(value, base, units.length)
    return `${decimals[digits]!.format(number)}\u00a0${units[unit]}`
  }
  return {
    size: (bytes) => scaled(bytes, 1024, SIZE_UNITS),
    rate: (bits) => scaled(bits, 1000, RATE_UNITS),
    percent: (share) => `${whole.format(wholePercent(share))}${language === 'en' ? '\u00a0' : ''}%`,
    count: (value) => whole.format(value),
    duration: (seconds) => duration(seconds, DURATION_UNITS[language]),
    time: (at) => clock.format(at),
  }
}

/** Three digits at most, so that a changing number keeps its width. */
function scale(value: number, base: number, units: number): { number: number; digits: number; unit: number } {
  let number = Number.isFinite(value) ? Math.max(0, value) : 0
  let unit = 0
  // 999.6 would round up to "1000": it belongs to the next unit already.
  while (Math.round(number) >= base && unit < units - 1) {
    number /= base
    unit++
  }
  // 9.996 rounds to "10.0", not to "10.00".
  const digits = unit === 0 || number >= 99.95 ? 0 : number >= 9.995 ? 1 : 2
  return { number, digits, unit }
}

function wholePercent(share: number): number {
  if (!(share > 0)) return 0
  return share >= 1 ? 100 : Math.min(99, Math.floor(share * 100))
}

function duration(seconds: number, units: (typeof DURATION_UNITS)[Language]): string {
  const total = Math.max(0, Math.round(seconds))
  if (total < 60) return `${total}${units.second}`
  const minutes = Math.floor(total / 60)
  if (minutes < 60) return pair(minutes, units.minute, total % 60, units.second)
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return pair(hours, units.hour, minutes % 60, units.minute)
  return pair(Math.floor(hours / 24), units.day, hours % 24, units.hour)
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit} ${small}${smallUnit}`
}
