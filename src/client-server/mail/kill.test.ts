import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { killRounds } from './test-kill-rounds.ts'

it(
  'no message is lost or seen twice, however often either server is killed',
  { timeout: 120_000 },
  async () => {
    const folders = [
      mkdtempSync(join(tmpdir(), 'shoal-kill-')),
      mkdtempSync(join(tmpdir(), 'shoal-kill-')),
    ] as const
    onTestFinished(() => folders.forEach((folder) => rmSync(folder, { recursive: true })))
    const { arrived } = await killRounds(folders, { count: 100, kills: 4, seed: 1 })
    expect(arrived.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i))
  },
)
