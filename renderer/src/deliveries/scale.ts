import type { DeliveryWay } from '../../../src/contract/index.ts'

/** Where a message's line begins and ends, 0…1 of the picture's width; `to` undefined: lost. */
export interface Stroke {
  readonly from: number
  readonly to: number | undefined
}

/** One stroke for each message; the width is the whole trial. */
export function strokesOf({ messages }: Pick<DeliveryWay, 'messages'>, lengthMs: number): Stroke[] {
  const at = (ms: number): number => (lengthMs <= 0 ? 0 : Math.min(1, Math.max(0, ms / lengthMs)))
  return messages.map(({ sentAt, arrivedAt }) => ({
    from: at(sentAt),
    to: arrivedAt === null ? undefined : at(arrivedAt),
  }))
}

/** Milliseconds in words of the language: `4 ms`, `1.3 s`. */
export function delayWords(ms: number, language: string): string {
  const isShort = ms < 1000
  const digits = isShort ? 0 : 1
  const number = new Intl.NumberFormat(language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  const value = isShort ? Math.max(1, Math.round(ms)) : ms / 1000
  const unit = isShort ? '\u00a0ms' : language === 'ko' ? '초' : '\u00a0s'
  return number.format(value) + unit
}
