import { spawn } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { root } from './inputs.js'

/** The Node of package.json, whichever Node started this script. */
export function ownNode() {
  const path = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node')
  return existsSync(path) ? path : process.execPath
}

/** The tools' own entry files: what `.bin` links to differs by platform. */
export const TOOLS = {
  tsc: 'node_modules/typescript/bin/tsc',
  oxlint: 'node_modules/oxlint/bin/oxlint',
  prettier: 'node_modules/prettier/bin/prettier.cjs',
  vite: 'node_modules/vite/bin/vite.js',
  vitest: 'node_modules/vitest/vitest.mjs',
  playwright: 'node_modules/@playwright/test/cli.js',
  'electron-builder': 'node_modules/electron-builder/cli.js',
}

/** Where Debian keeps servers, which not everybody's PATH names. */
const SYSTEM_FOLDERS = process.platform === 'win32' ? [] : ['/usr/sbin', '/sbin']

/**
 * Path of a program on PATH, or among the system's servers.
 * @param {readonly string[]} names
 * @returns {string | undefined}
 */
export function onPath(names) {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...SYSTEM_FOLDERS]
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isRunnable)
}

/** @param {string} path */
export function isRunnable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** @typedef {{ code: number, output: string, seconds: number }} Outcome */

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set()

/** Ends what is still running below this script when the script is told to end. */
export function endChildrenOnSignal() {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.once(signal, () => {
      for (const child of running) child.kill('SIGTERM')
      process.exit(signal === 'SIGINT' ? 130 : 143)
    })
  }
}

/**
 * Runs a program to its end. Quiet: its output is returned. Loud: it is shown as it comes.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ quiet?: boolean, env?: Record<string, string | undefined>, cwd?: string, signal?: AbortSignal }} [options]
 * @returns {Promise<Outcome>}
 */
export function run(command, args, options = {}) {
  const { quiet = false, env, cwd = root, signal } = options
  const started = performance.now()
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    })
    running.add(child)
    const onAbort = () => child.kill('SIGTERM')
    signal?.addEventListener('abort', onAbort)
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => (output += text))
    }
    /** @param {number} code */
    const finish = (code) => {
      running.delete(child)
      signal?.removeEventListener('abort', onAbort)
      resolve({ code, output, seconds: (performance.now() - started) / 1000 })
    }
    child.once('error', (error) => {
      output += `${error.message}\n`
      finish(127)
    })
    child.once('close', (code) => finish(code ?? 1))
  })
}

/**
 * Runs one of the tools on our own Node.
 * @param {keyof typeof TOOLS} tool
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export function runTool(tool, args, options) {
  return run(ownNode(), [join(root, TOOLS[tool]), ...args], options)
}
