import type { LogLevel, LogSink } from '../base/index.ts'

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

/** Writes one line per record to `out` (stderr: stdout belongs to results), from `least` upwards. */
export function lineSink(out: { write(text: string): unknown }, least: LogLevel = 'warn'): LogSink {
  return ({ time, level, scope, message, facts }) => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(least)) return
    const about = facts === undefined ? '' : ` ${JSON.stringify(facts, printErrors)}`
    out.write(`${new Date(time).toISOString()} ${level} ${scope}: ${message}${about}\n`)
  }
}

/** An error's own properties are not enumerable: JSON would show `{}`. */
function printErrors(_key: string, value: unknown): unknown {
  return value instanceof Error ? (value.stack ?? value.message) : value
}
