/** Rows read of the system's table; a laptop has a few hundred. */
export const MAX_ROWS = 20_000

/** Bytes of a table, or of what `ss`, `netstat` or `lsof` print. */
export const MAX_TABLE_BYTES = 8 * 1024 * 1024

/** Such a program has this long. Milliseconds. */
export const PROGRAM_TIMEOUT_MS = 3_000

/** Descriptors of one process that are looked at. */
export const MAX_DESCRIPTORS_READ = 20_000
