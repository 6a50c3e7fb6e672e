import { badSyntax } from './scanner.ts'

export const DAY_MS = 86_400_000
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** `17-Jul-1996` as days since 1970. Throws `protocol-violation`. */
export function parseDay(text: string): number {
  const [, day, month, year] = /^"?(\d{1,2})-([a-z]{3})-(\d{4})"?$/i.exec(text) ?? []
  return dayOf(day, month, year) ?? fail()
}

/** ` 7-Jul-1996 02:44:25 -0700` as milliseconds since 1970. Throws `protocol-violation`. */
export function parseDateTime(text: string): number {
  const pattern = /^([ \d]\d)-([a-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$/i
  const [, day, month, year, hour, minute, second, sign, zoneHour, zoneMinute] = pattern.exec(text) ?? []
  const days = dayOf(day, month, year) ?? fail()
  const [h, m, s, zh, zm] = [hour, minute, second, zoneHour, zoneMinute].map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ]
  if (h > 23 || m > 59 || s > 60 || zh > 14 || zm > 59) return fail()
  const zone = (sign === '-' ? -1 : 1) * (zh * 60 + zm) * 60_000
  return days * DAY_MS + ((h * 60 + m) * 60 + s) * 1000 - zone
}

/** As INTERNALDATE shows it: ` 7-Jul-1996 02:44:25 +0000`. */
export function formatDateTime(ms: number): string {
  const [date = '', time = ''] = new Date(ms).toISOString().split('T')
  const [year = '', month = '', day = ''] = date.split('-')
  const name = MONTHS[Number(month) - 1]!
  const padded = String(Number(day)).padStart(2, ' ')
  return `${padded}-${name[0]!.toUpperCase()}${name.slice(1)}-${year} ${time.slice(0, 8)} +0000`
}

/** The day a `Date` field names, whatever the time and zone (RFC 3501 §6.4.4 SENTON); undefined when it names none. */
export function dayOfField(value: string): number | undefined {
  const [, day, month, year] =
    /(?:^|[\s,])(\d{1,2})\s+([a-z]{3})[a-z]*\s+(\d{4})/i.exec(value.slice(0, 200)) ?? []
  return dayOf(day, month, year)
}

function dayOf(day?: string, month?: string, year?: string): number | undefined {
  const index = MONTHS.indexOf((month ?? '').toLowerCase())
  if (index < 0) return undefined
  const date = new Date(Date.UTC(Number(year), index, Number(day)))
  return date.getUTCMonth() === index && date.getUTCDate() === Number(day)
    ? date.getTime() / DAY_MS
    : undefined
}

function fail(): never {
  throw badSyntax('that is no date')
}
