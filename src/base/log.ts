export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

export interface LogRecord {
  /** Milliseconds since 1970. */
  time: number
  level: LogLevel
  scope: string
  message: string
  /** Facts: short, printable. Never a CID, a link, a token or a password. */
  facts?: Readonly<Record<string, unknown>> | undefined
}

export type LogSink = (record: LogRecord) => void

export interface Logger {
  debug(message: string, facts?: LogRecord['facts']): void
  info(message: string, facts?: LogRecord['facts']): void
  warn(message: string, facts?: LogRecord['facts']): void
  error(message: string, facts?: LogRecord['facts']): void
  child(scope: string): Logger
}

export function createLogger(sink: LogSink, scope = 'shoal'): Logger {
  const write =
    (level: LogLevel) =>
    (message: string, facts?: LogRecord['facts']): void =>
      sink({ time: Date.now(), level, scope, message, facts })
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (name) => createLogger(sink, `${scope}:${name}`),
  }
}

export const silentLogger: Logger = createLogger(() => {})
