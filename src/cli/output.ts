import { formatRate, formatSize, type LogSink } from '../base/index.ts'
import type { Share } from '../contract/index.ts'

/** Where a command writes: JSON lines for programs, sentences and a bar for people; logs and progress on stderr. */
export interface Output {
  /** A stable event: printed with `--json` only. */
  event(event: Record<string, unknown>): void
  /** A line for people: printed without `--json`. */
  say(line: string): void
  /** Progress for people: one line that is rewritten on a terminal, nothing elsewhere. */
  progress(share: Share): void
  /** Ends the progress line. */
  endProgress(): void
  /** A one-line reason for a failure. */
  fail(line: string): void
  readonly log: LogSink
}

export interface OutputStreams {
  stdout: { write(text: string): unknown }
  stderr: { write(text: string): unknown; isTTY?: boolean; columns?: number }
}

const BAR_WIDTH = 24

export function createOutput(
  options: { json: boolean; quiet: boolean; debug?: boolean },
  streams: OutputStreams = process,
): Output {
  const { json, quiet } = options
  const showBar = !json && !quiet && streams.stderr.isTTY === true
  let barShown = false
  const clearBar = (): void => {
    if (barShown) streams.stderr.write('\r\x1b[2K')
    barShown = false
  }
  return {
    event: (event) => {
      if (json) streams.stdout.write(`${JSON.stringify(event)}\n`)
    },
    say: (line) => {
      clearBar()
      if (!json) streams.stdout.write(`${line}\n`)
    },
    progress: (share) => {
      if (!showBar) return
      streams.stderr.write(`\r\x1b[2K${progressLine(share, streams.stderr.columns ?? 80)}`)
      barShown = true
    },
    endProgress: clearBar,
    fail: (line) => {
      clearBar()
      streams.stderr.write(`shoal: ${line}\n`)
    },
    log: (record) => {
      if (quiet || (record.level === 'debug' && !options.debug)) return
      clearBar()
      const facts = record.facts ? ` ${JSON.stringify(record.facts)}` : ''
      streams.stderr.write(`${record.level} ${record.scope}: ${record.message}${facts}\n`)
    },
  }
}

/** `████████░░░░  42 %  12.3 MiB of 29.0 MiB  94.1 Mbit/s  3 laptops  1:02 left` */
export function progressLine(share: Share, columns: number): string {
  const total = share.size ?? 0
  const done = total === 0 ? 0 : share.bytesHeld / total
  const full = Math.round(done * BAR_WIDTH)
  const parts = [
    '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full),
    `${Math.floor(done * 100)} %`.padStart(5),
    `${formatSize(share.bytesHeld)} of ${formatSize(total)}`,
    formatRate(share.downRate),
    share.peers === 1 ? '1 laptop' : `${share.peers} laptops`,
    share.secondsLeft === null ? '' : `${formatDuration(share.secondsLeft)} left`,
  ]
  return parts
    .filter(Boolean)
    .join('  ')
    .slice(0, Math.max(20, columns - 1))
}

/** Seconds as `m:ss` or `h:mm:ss`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const two = (n: number): string => String(n).padStart(2, '0')
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor((whole % 3600) / 60)
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}
