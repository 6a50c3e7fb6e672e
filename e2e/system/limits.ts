/** Milliseconds any single step may take: far more than it needs, because machines that run tests are busy with others. */
export const DEADLINE_MS = 90_000

/** Milliseconds of one test: a few steps in a row. */
export const TEST_MS = 300_000
