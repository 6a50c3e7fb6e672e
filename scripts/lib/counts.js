import { readFileSync } from 'node:fs'

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** @type {Counts} */
export const NONE = { passed: 0, failed: 0, skipped: 0 }

/**
 * @param {readonly Counts[]} all
 * @returns {Counts}
 */
export function sum(all) {
  return all.reduce(
    (total, { passed, failed, skipped }) => ({
      passed: total.passed + passed,
      failed: total.failed + failed,
      skipped: total.skipped + skipped,
    }),
    NONE,
  )
}

/** @param {Counts} counts */
export function asLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}

/**
 * What vitest's JSON reporter wrote. A run that failed without a failed test (a file that does not load, an error after the
 * last test) counts as one failure: nothing may fail unseen.
 * @param {string} file
 * @param {number} code
 * @returns {Counts}
 */
export function vitestCounts(file, code) {
  const report = readJson(file)
  const failed = number(report, 'numFailedTests')
  return {
    passed: number(report, 'numPassedTests'),
    failed: Math.max(failed, code === 0 ? 0 : 1),
    skipped: number(report, 'numPendingTests') + number(report, 'numTodoTests'),
  }
}

/**
 * What Playwright's JSON reporter wrote. Flaky counts as failed: a second try that passes explains nothing.
 * @param {string} file
 * @param {number} code
 * @returns {Counts}
 */
export function playwrightCounts(file, code) {
  const stats = readJson(file)['stats']
  const record = /** @type {Record<string, unknown>} */ (
    typeof stats === 'object' && stats !== null ? stats : {}
  )
  const failed = number(record, 'unexpected') + number(record, 'flaky')
  return {
    passed: number(record, 'expected'),
    failed: Math.max(failed, code === 0 ? 0 : 1),
    skipped: number(record, 'skipped'),
  }
}

/**
 * @param {string} file
 * @returns {Record<string, unknown>}
 */
function readJson(file) {
  try {
    const value = /** @type {unknown} */ (JSON.parse(readFileSync(file, 'utf8')))
    return typeof value === 'object' && value !== null ? /** @type {Record<string, unknown>} */ (value) : {}
  } catch {
    return {}
  }
}

/**
 * @param {Record<string, unknown>} record
 * @param {string} key
 */
function number(record, key) {
  const value = record[key]
  return typeof value === 'number' ? value : 0
}
