import { vi } from 'vitest'

/** A machine that is busy is slow, not wrong: waiting ends as soon as it can, so its limit costs nothing. */
const PATIENCE_MS = 15_000

const waitFor = vi.waitFor
vi.waitFor = (callback, options) =>
  waitFor(callback, typeof options === 'number' ? options : { timeout: PATIENCE_MS, ...options })
