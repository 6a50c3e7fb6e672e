import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: {
    // Importing the package itself would start a download.
    alias: { electron: fileURLToPath(new URL('electron/testing/fake-electron.ts', import.meta.url)) },
  },
  test: {
    include: [
      'src/**/*.test.ts',
      'electron/**/*.test.ts',
      'renderer/**/*.test.{ts,tsx}',
      'scripts/**/*.test.ts',
      'bench/**/*.test.ts',
    ],
    // Real sockets and worker threads: files run in processes of their own, at most one per core.
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // A machine that is busy is slow, not wrong.
    expect: { poll: { timeout: 15_000 } },
  },
})
