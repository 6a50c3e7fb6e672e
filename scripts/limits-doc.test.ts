import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { LIMITS_PAGE, limitsOf, limitsPage } from './limits-doc.ts'

describe('docs/LIMITS.md', () => {
  it('lists every limit as the code has it (else run: node scripts/limits-doc.ts)', () => {
    expect(readFileSync(LIMITS_PAGE, 'utf8')).toBe(limitsPage())
  })

  it('gives a reason for each', () => {
    const bare = [...limitsPage().matchAll(/^\| `(\w+)` \| .* \|  \|$/gm)].map((row) => row[1])
    expect(bare).toEqual([])
  })

  it('reads names, values and the comment above', () => {
    const source =
      '/** Why, ms:\n * really. */\nexport const MAX_X = 2 ** 10\n\n// other\nexport const Y: number = 3\n'
    expect(limitsOf(source)).toEqual([
      { name: 'MAX_X', value: '2 ** 10', reason: 'Why, ms: really.' },
      { name: 'Y', value: '3', reason: 'other' },
    ])
  })
})
