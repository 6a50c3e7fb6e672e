import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../base/index.ts'
import { readTree, tempDir } from './fixtures.ts'
import { killSource } from './kill-child.ts'
import { killRound } from './kill-rounds.ts'

describe('a process that is killed while it downloads', () => {
  it('has lost nothing it said it held, and the download completes', async () => {
    const dir = tempDir()
    const random = seededRandom(20)
    const source = await killSource()
    let held: readonly number[] = []
    let path: string | undefined
    for (let round = 0; path === undefined; round++) {
      const lines = round < 3 ? 1 + random.below(20) : Infinity
      const { resumed, put, complete } = await killRound(join(dir, 'home'), join(dir, 'out'), random, lines)
      expect(held.filter((part) => !resumed.includes(part))).toEqual([])
      held = [...resumed, ...put]
      path = complete
    }
    const tree = readTree(path)
    expect(Object.keys(tree).filter((name) => !name.endsWith('/'))).toHaveLength(source.root!.files)
    const first = await source.readPart(source.pages, 0, 32 * 1024)
    expect(tree['large-0']?.startsWith(Buffer.from(first).toString('hex'))).toBe(true)
  })
})
