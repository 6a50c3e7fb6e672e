import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { seededRandom } from '../base/index.ts'
import { readTree, tempDir } from './fixtures.ts'
import { killSource } from './kill-child.ts'
import { killRound } from './kill-rounds.ts'

/** How often; `SHOAL_KILLS=50` for a shorter run. */
const KILLS = Number(process.env['SHOAL_KILLS'] ?? 1000)

it(`survives ${KILLS} kills at random moments without losing or damaging anything`, async () => {
  const dir = tempDir()
  const seed = Number(process.env['SHOAL_SEED'] ?? Date.now() % 2 ** 31)
  process.stdout.write(`seed ${seed}\n`)
  const random = seededRandom(seed)
  const reference = await killSource()
  let expected: Record<string, string> | undefined
  let held: readonly number[] = []
  for (let kills = 0; kills < KILLS;) {
    const { resumed, put, complete } = await killRound(
      join(dir, 'home'),
      join(dir, 'out'),
      random,
      1 + random.below(90),
    )
    // What was said to be held and is not held after a finished round began anew is no loss.
    if (!existsSync(join(dir, 'out', 'killed'))) {
      expect(held.filter((part) => !resumed.includes(part))).toEqual([])
      held = [...resumed, ...put]
    }
    kills++
    if (complete === undefined) continue
    const tree = readTree(complete)
    expect(Object.keys(tree).filter((name) => !name.endsWith('/'))).toHaveLength(reference.root!.files)
    expected ??= tree
    expect(tree).toEqual(expected)
    held = []
    rmSync(dir, { recursive: true })
  }
})
