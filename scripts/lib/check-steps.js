import { runTool } from './programs.js'

/** @typedef {{ name: string, tool: keyof typeof import('./programs.js').TOOLS, args: string[] }} Step */

/** @type {readonly Step[]} */
export const STATIC_STEPS = [
  { name: 'types: Node', tool: 'tsc', args: ['-p', 'tsconfig.json'] },
  { name: 'types: browser', tool: 'tsc', args: ['-p', 'tsconfig.browser.json'] },
  { name: 'types: tests of the renderer', tool: 'tsc', args: ['-p', 'tsconfig.renderer-tests.json'] },
  { name: 'types: Electron', tool: 'tsc', args: ['-p', 'tsconfig.electron.json'] },
  { name: 'types: end to end', tool: 'tsc', args: ['-p', 'tsconfig.e2e.json'] },
  { name: 'lint', tool: 'oxlint', args: ['--deny-warnings'] },
  { name: 'format', tool: 'prettier', args: ['--check', '--log-level', 'warn', '.'] },
]

/** @type {Step} */
export const ARCHITECTURE_STEP = {
  name: 'architecture',
  tool: 'vitest',
  args: ['run', 'scripts/architecture.test.ts', '--reporter=minimal'],
}

/**
 * Runs all steps at once and prints what failed, and only that. Returns how many passed and failed.
 * @param {readonly Step[]} steps
 */
export async function runSteps(steps) {
  const outcomes = await Promise.all(
    steps.map(async ({ name, tool, args }) => ({ name, ...(await runTool(tool, args, { quiet: true })) })),
  )
  const failed = outcomes.filter(({ code }) => code !== 0)
  for (const { name, output } of failed) console.log(`✗ ${name}\n${output.trim()}\n`)
  return { passed: outcomes.length - failed.length, failed: failed.length, skipped: 0 }
}
