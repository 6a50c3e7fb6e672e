import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { killRounds } from './test-kill-rounds.ts'

it.each([1, 2, 3])(
  '500 messages through 25 kills of either server: none lost, none seen twice (seed %i)',
  { timeout: 600_000 },
  async (seed) => {
    const folders = [
      mkdtempSync(join(tmpdir(), 'shoal-kill-')),
      mkdtempSync(join(tmpdir(), 'shoal-kill-')),
    ] as const
    onTestFinished(() => folders.forEach((folder) => rmSync(folder, { recursive: true })))
    const { arrived } = await killRounds(folders, { count: 500, kills: 25, seed })
    expect(arrived.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, i) => i))
  },
)
