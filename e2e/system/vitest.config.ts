import { defineConfig } from 'vitest/config'
import { TEST_MS } from './limits.ts'

/** Whole programs as built (`vite build` first), started as a person starts them. */
export default defineConfig({
  test: {
    include: ['e2e/system/**/*.test.ts'],
    pool: 'forks',
    // Each test starts several cores: files side by side would only wait for each other.
    fileParallelism: false,
    testTimeout: TEST_MS,
    hookTimeout: TEST_MS,
  },
})
