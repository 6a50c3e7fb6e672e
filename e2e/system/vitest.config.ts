import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { compileCache } from '../../scripts/lib/compile-cache.js'
import { DEADLINE_MS, TEST_MS } from './limits.ts'

Object.assign(process.env, compileCache())

/** Whole programs as built (`vite build` first), started as a person starts them. */
export default defineConfig({
  test: {
    include: ['e2e/system/**/*.test.ts'],
    pool: 'forks',
    // Each test starts several cores, and then waits for them as often as not.
    maxWorkers: Math.max(2, availableParallelism()),
    setupFiles: ['scripts/lib/patience.ts'],
    expect: { poll: { timeout: DEADLINE_MS } },
    testTimeout: TEST_MS,
    hookTimeout: TEST_MS,
  },
})
