// `npm test`: check, build, unit, system, package, end to end. Ends with one line: N passed, N failed, N skipped.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findBrowser } from './lib/browser.js'
import { runSteps, STATIC_STEPS } from './lib/check-steps.js'
import { asLine, NONE, playwrightCounts, sum, vitestCounts } from './lib/counts.js'
import { findElectron } from './lib/electron-binary.js'
import { root } from './lib/inputs.js'
import { endChildrenOnSignal, ownNode, run, runTool } from './lib/programs.js'
import { installMissing } from './lib/system-packages.js'

/** @typedef {import('./lib/counts.js').Counts} Counts */

const reports = mkdtempSync(join(tmpdir(), 'shoal-test-'))
process.once('exit', () => rmSync(reports, { recursive: true, force: true }))
endChildrenOnSignal()

// Beside the checks and the build, which need the processor and not the network.
const installing = installMissing()

const counts = [
  await stage('check', () => runSteps(STATIC_STEPS)),
  // Before the unit tests: some of them are about the programs as built.
  await stage('build', build),
  await stage('unit', () => installing.then(() => vitest('vitest.config.ts'))),
  await stage('system', system),
  await stage('package', pack),
  await stage('end to end', endToEnd),
]
const total = sum(counts)
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1
console.log(asLine(total))

/**
 * @param {string} name
 * @param {() => Promise<Counts>} work
 */
async function stage(name, work) {
  console.log(`── ${name}`)
  const started = performance.now()
  const counted = await work()
  console.log(`── ${name}: ${asLine(counted)} (${Math.round((performance.now() - started) / 1000)} s)\n`)
  return counted
}

/** @returns {Promise<Counts>} */
async function build() {
  const { code, output } = await runTool('vite', ['build', '--app'], { quiet: true })
  if (code !== 0) console.log(output)
  return { ...NONE, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 }
}

/**
 * @param {string} config
 * @returns {Promise<Counts>}
 */
async function vitest(config) {
  const file = join(reports, 'vitest.json')
  rmSync(file, { force: true })
  const { code } = await runTool('vitest', [
    'run',
    `--config=${config}`,
    '--reporter=minimal',
    '--silent=passed-only',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ])
  return vitestCounts(file, code)
}

/** Whole programs, as a person starts them. */
async function system() {
  const config = 'e2e/system/vitest.config.ts'
  return existsSync(join(root, config)) ? vitest(config) : NONE
}

/** @returns {Promise<Counts>} */
async function pack() {
  // Elsewhere than on Linux a package cannot be made without Electron.
  if (process.platform !== 'linux' && !findElectron(root)) return { ...NONE, skipped: 1 }
  const { code, output } = await run(ownNode(), [join(root, 'scripts/package.js')], {
    quiet: true,
    // What is there is packaged; a test downloads nothing.
    env: { SHOAL_ELECTRON: '0' },
  })
  if (code !== 0) console.log(output)
  return { ...NONE, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 }
}

/** @returns {Promise<Counts>} */
async function endToEnd() {
  const browser = await findBrowser()
  if (browser.path !== undefined) {
    return playwright(['--reporter=list,json'], { CHROMIUM: browser.path })
  }
  // A listing reports every test as skipped, which is what they are now.
  const listed = await playwright(['--list', '--reporter=json'], { CHROMIUM: 'none' })
  const required = process.env['REQUIRE_BROWSER'] === '1'
  console.log(`End-to-end tests ${required ? 'failed' : 'skipped'}: ${browser.reason}`)
  return required ? { ...NONE, failed: Math.max(1, listed.skipped) } : listed
}

/**
 * @param {string[]} args
 * @param {Record<string, string>} env
 */
async function playwright(args, env) {
  const file = join(reports, 'e2e.json')
  const { code } = await runTool('playwright', ['test', '--config', 'e2e/playwright.config.ts', ...args], {
    quiet: args.includes('--list'),
    env: { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: file },
  })
  return playwrightCounts(file, code)
}
