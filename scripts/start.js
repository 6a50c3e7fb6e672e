// `npm start`: builds if needed, then the app in its own window, or, where that cannot be, in the browser.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { findElectron, hasDisplay, thisMachine, whyNoWindow } from './lib/electron-binary.js'
import { downloadElectron, recentFailure, rememberFailure } from './lib/electron-download.js'
import { endWith, untilToldToEnd } from './lib/ending.js'
import { isBuildCurrent, root } from './lib/inputs.js'
import { ownNode, runTool } from './lib/programs.js'

/** A window that is gone this soon after an error was never there: the sandbox or the display was refused. */
const AT_ONCE_MS = 10_000

/** @type {Partial<Record<NodeJS.Platform, string[]>>} */
const BROWSER_OPENERS = { darwin: ['open'], win32: ['rundll32', 'url.dll,FileProtocolHandler'] }

const args = process.argv.slice(2)
const ending = untilToldToEnd()
process.exitCode = await start()

/** @returns {Promise<number>} */
async function start() {
  if (!existsSync(join(root, 'node_modules', 'vite'))) return fail('packages are missing: run "npm ci" first')
  if (!isBuildCurrent() && !(await build())) return ending.aborted ? 0 : 1
  if (ending.aborted) return 0
  const window = await openWindow()
  if (window.is === 'closed' || ending.aborted) return 0
  console.log(`Shoal runs in the browser this time: ${window.reason}.`)
  return serve()
}

/** @param {string} reason */
function fail(reason) {
  console.error(`shoal: ${reason}`)
  return 1
}

async function build() {
  console.log('Building …')
  const { code, output } = await runTool('vite', ['build', '--app'], { quiet: true, signal: ending })
  if (code !== 0 && !ending.aborted) console.error(`${output}\nshoal: the build failed`)
  return code === 0
}

/** @typedef {{ is: 'closed' } | { is: 'refused', reason: string }} Window */

/** @returns {Promise<Window>} */
async function openWindow() {
  const reason = whyNoWindow(thisMachine())
  if (reason !== undefined) return { is: 'refused', reason }
  const missing = findElectron(root) ? undefined : await getElectron()
  if (missing !== undefined) return { is: 'refused', reason: missing }
  const program = findElectron(root)
  return program ? runElectron(program) : { is: 'refused', reason: 'the downloaded Electron is not whole' }
}

/** @returns {Promise<string | undefined>} Why Electron cannot be had. */
async function getElectron() {
  const failed = process.env['SHOAL_ELECTRON'] === '1' ? undefined : recentFailure(root, Date.now())
  if (failed !== undefined)
    return `Electron could not be downloaded today (${failed}); SHOAL_ELECTRON=1 tries again`
  const result = await downloadElectron(root, ending)
  if (result.got) return undefined
  // Being told to end says nothing about the download.
  if (!ending.aborted) rememberFailure(root, Date.now(), result.reason)
  return `Electron could not be downloaded (${result.reason})`
}

/**
 * @param {string} program
 * @returns {Promise<Window>}
 */
function runElectron(program) {
  const started = performance.now()
  const child = spawn(program, [root, '--', ...args], { stdio: ['ignore', 'inherit', 'pipe'] })
  endWith(child, ending)
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    errors = (errors + text).slice(-16_384)
    process.stderr.write(text)
  })
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ is: 'refused', reason: error.message }))
    child.once('close', (code, signal) => {
      const atOnce = performance.now() - started < AT_ONCE_MS
      const refused = (code !== 0 || signal !== null) && atOnce && !ending.aborted
      resolve(refused ? { is: 'refused', reason: whyRefused(errors, code, signal) } : { is: 'closed' })
    })
  })
}

/**
 * @param {string} errors
 * @param {number | null} code
 * @param {string | null} signal
 */
function whyRefused(errors, code, signal) {
  if (/sandbox/i.test(errors)) {
    return "this system does not let Electron set up its sandbox (see README, 'When the window does not open')"
  }
  if (/X server|display|ozone|wayland/i.test(errors)) return 'the display refused the window'
  return `Electron ended at once (${signal ?? `exit code ${code}`})`
}

/** The core on loopback, in the foreground, until told to end. */
function serve() {
  const child = spawn(ownNode(), [join(root, 'dist/core/shoal.js'), 'serve', '--json', ...args], {
    // The channel tells the core when this process is gone, also by SIGKILL.
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  endWith(child, ending)
  createInterface({ input: /** @type {import('node:stream').Readable} */ (child.stdout) }).on('line', onLine)
  return new Promise((/** @type {(code: number) => void} */ resolve) => {
    child.once('error', (error) => resolve(fail(error.message)))
    // Asked to end and ended: no failure, so that npm prints none.
    child.once('close', (code) => resolve(ending.aborted ? 0 : (code ?? 1)))
  })
}

/** @param {string} line */
function onLine(line) {
  const event = parse(line)
  if (event?.event !== 'ready' || typeof event.url !== 'string') return
  console.log(
    `\n  ${event.url}\n\nOpen this address on this computer. It is a key: keep it to yourself. Ctrl-C ends Shoal.`,
  )
  const machine = thisMachine()
  if (hasDisplay(machine) && machine.uid !== 0 && !machine.env['CI']) openBrowser(event.url)
}

/**
 * @param {string} line
 * @returns {{ event?: string, url?: unknown } | undefined}
 */
function parse(line) {
  try {
    return /** @type {object} */ (JSON.parse(line))
  } catch {
    return undefined
  }
}

/** @param {string} url */
function openBrowser(url) {
  const [command, ...before] = BROWSER_OPENERS[process.platform] ?? ['xdg-open']
  // Without it the address is still on the screen.
  spawn(String(command), [...before, url], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref()
}
