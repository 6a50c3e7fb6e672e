import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { compileCache } from './scripts/lib/compile-cache.js'

/** Whole cores, worker threads, programs and links: each file in a process of its own, which goes with all that is left. */
const APART = [
  'src/cli/**/*.test.ts',
  'src/compare/**/*.test.ts',
  'src/core/core.test.ts',
  'src/core/{messages,shares}/**/*.test.ts',
  'src/hosts/**/*.test.ts',
  'src/peer-to-peer/swarm/*.test.ts',
  'src/store/**/*.test.ts',
  'src/transport/lab/**/*.test.ts',
  'electron/**/*.test.ts',
  'scripts/**/*.test.ts',
  'bench/**/*.test.ts',
]

/** What measures rates: after all others, when nobody else wants the processor. */
const ALONE = ['src/transport/links/*.test.ts']

Object.assign(process.env, compileCache())

export default defineConfig({
  resolve: {
    // Importing the package itself would start a download.
    alias: { electron: fileURLToPath(new URL('electron/testing/fake-electron.ts', import.meta.url)) },
  },
  test: {
    pool: 'forks',
    // Half of the tests wait for sockets and processes: one more than there are cores keeps the cores busy.
    maxWorkers: availableParallelism() + 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    setupFiles: ['scripts/lib/patience.ts'],
    // A machine that is busy is slow, not wrong.
    expect: { poll: { timeout: 15_000 } },
    projects: [
      { extends: true, test: { name: 'apart', include: APART } },
      { extends: true, test: { name: 'alone', include: ALONE, maxWorkers: 1, sequence: { groupOrder: 1 } } },
      {
        extends: true,
        test: {
          name: 'together',
          include: ['src/**/*.test.ts', 'renderer/**/*.test.{ts,tsx}'],
          exclude: ['**/node_modules/**', ...APART, ...ALONE],
          // Importing costs more than most of these tests: a process loads what they share once.
          isolate: false,
        },
      },
    ],
  },
})
