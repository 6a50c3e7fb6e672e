import { defineConfig } from 'vitest/config'
import { compileCache } from './scripts/lib/compile-cache.js'

Object.assign(process.env, compileCache())

/** Hours rather than seconds: gigabytes, a thousand kills, millions of fuzzed inputs. `npm run soak`, never part of `npm test`. */
export default defineConfig({
  test: {
    include: ['src/**/*.soak.ts', 'electron/**/*.soak.ts', 'scripts/**/*.soak.ts', 'e2e/**/*.soak.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 4 * 3_600_000,
    hookTimeout: 600_000,
    passWithNoTests: true,
  },
})
