import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { asLine, NONE, playwrightCounts, sum, vitestCounts } from './lib/counts.js'

const folder = mkdtempSync(join(tmpdir(), 'shoal-counts-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let reports = 0

function report(value: unknown): string {
  const file = join(folder, `${reports++}.json`)
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value))
  return file
}

describe('the line at the end of npm test', () => {
  it('adds up every runner', () => {
    const unit = vitestCounts(
      report({ numPassedTests: 5, numFailedTests: 0, numPendingTests: 2, numTodoTests: 1 }),
      0,
    )
    const e2e = playwrightCounts(report({ stats: { expected: 3, unexpected: 1, flaky: 1, skipped: 4 } }), 1)
    expect(asLine(sum([unit, e2e, NONE]))).toBe('8 passed, 2 failed, 7 skipped')
  })

  it.each([
    ['no report', join(folder, 'none.json')],
    ['half a report', report('{"numPassedTests": 3')],
    ['another report', report('[1]')],
    ['a report without failures', report({ numPassedTests: 0, stats: { expected: 0 } })],
  ])('counts a runner that failed with %s as a failure', (_what, file) => {
    expect(vitestCounts(file, 1).failed).toBe(1)
    expect(playwrightCounts(file, 1).failed).toBe(1)
  })

  it('does not take a second try that passes for a pass', () => {
    expect(playwrightCounts(report({ stats: { expected: 1, flaky: 1 } }), 0)).toEqual({
      passed: 1,
      failed: 1,
      skipped: 0,
    })
  })
})
