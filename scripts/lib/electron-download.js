// One try to get Electron's program. Whether it can be had says nothing about the app, which also runs in a browser: so it
// is given up early, visibly, and not tried again before tomorrow.
import { fork } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { ownNode, run } from './programs.js'

const FIRST_BYTE_MS = 5_000
const STALL_MS = 30_000
const RETRY_AFTER_MS = 24 * 3_600_000

/** @typedef {{ transferred: number, total: number }} Progress */
/** @typedef {{ got: true } | { got: false, reason: string }} Result */

/** @param {string} root */
const memory = (root) => join(root, 'node_modules', '.cache', 'shoal', 'electron-attempt.json')

/**
 * Why the last try failed, if it was less than a day ago.
 * @param {string} root
 * @param {number} now
 * @returns {string | undefined}
 */
export function recentFailure(root, now) {
  try {
    const { at, reason } = /** @type {{ at: number, reason: string }} */ (
      JSON.parse(readFileSync(memory(root), 'utf8'))
    )
    return now - at < RETRY_AFTER_MS && now >= at ? reason : undefined
  } catch {
    return undefined
  }
}

/**
 * @param {string} root
 * @param {number} now
 * @param {string} reason
 */
export function rememberFailure(root, now, reason) {
  mkdirSync(dirname(memory(root)), { recursive: true })
  writeFileSync(memory(root), JSON.stringify({ at: now, reason }))
}

/**
 * Downloads and unpacks; ends early on `signal`.
 * @param {string} root
 * @param {AbortSignal} signal
 * @param {number} [firstByteMs]
 * @returns {Promise<Result>}
 */
export async function downloadElectron(root, signal, firstByteMs = FIRST_BYTE_MS) {
  const fetched = await fetchArchive(root, signal, firstByteMs)
  if (!fetched.got) return fetched
  const { code, output } = await run(ownNode(), [join(root, 'node_modules/electron/install.js')], {
    quiet: true,
  })
  return code === 0 ? { got: true } : { got: false, reason: lastLine(output) }
}

/**
 * @param {string} root
 * @param {AbortSignal} signal
 * @param {number} firstByteMs
 * @returns {Promise<Result>}
 */
function fetchArchive(root, signal, firstByteMs) {
  console.log(
    'Electron, which shows Shoal in a window of its own, is not here yet: trying to download it once.',
  )
  const child = fork(join(root, 'scripts/lib/electron-fetch.js'), [], {
    execPath: ownNode(),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, NODE_USE_ENV_PROXY: '1' },
  })
  const show = progressLine()
  return new Promise((resolve) => {
    let errors = ''
    /** @type {string | undefined} */
    let givenUp
    /** @param {string} reason */
    const giveUp = (reason) => {
      givenUp ??= reason
      child.kill('SIGKILL')
    }
    let deadline = setTimeout(giveUp, firstByteMs, `no answer within ${firstByteMs / 1000} s`)
    const stopListening = onEnter(() => giveUp('you skipped it'))
    const onAbort = () => giveUp('interrupted')
    signal.addEventListener('abort', onAbort)
    child.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ text) => (errors += text))
    child.on('message', (/** @type {Progress} */ progress) => {
      clearTimeout(deadline)
      deadline = setTimeout(giveUp, STALL_MS, `it stopped for ${STALL_MS / 1000} s`)
      show(progress)
    })
    child.once('close', (code) => {
      clearTimeout(deadline)
      stopListening()
      signal.removeEventListener('abort', onAbort)
      show(undefined)
      resolve(code === 0 ? { got: true } : { got: false, reason: givenUp ?? lastLine(errors) })
    })
    child.once('error', (error) => giveUp(error.message))
  })
}

/** @param {() => void} callback */
function onEnter(callback) {
  if (!process.stdin.isTTY) return () => {}
  const lines = createInterface({ input: process.stdin })
  // With a reader on the terminal, Ctrl-C is the reader's: hand it back.
  lines.once('line', callback).once('SIGINT', () => process.emit('SIGINT'))
  return () => lines.close()
}

/** @returns {(progress: Progress | undefined) => void} Shows progress; undefined ends the line. */
function progressLine() {
  const { isTTY } = process.stdout
  let shown = -1
  return (progress) => {
    if (progress === undefined) return void (isTTY && shown >= 0 && process.stdout.write('\n'))
    const { transferred, total } = progress
    const percent = total > 0 ? Math.floor((100 * transferred) / total) : 0
    if (percent === shown || (!isTTY && shown >= 0 && percent < shown + 10)) return
    shown = percent
    const text = `  Electron: ${percent} % of ${Math.round(total / 1e6)} MB`
    process.stdout.write(isTTY ? `\r${text}   (Enter skips)` : `${text}\n`)
  }
}

/** @param {string} text */
function lastLine(text) {
  const line = text.split('\n').find((candidate) => /error/i.test(candidate))
  return (line ?? text.trim().split('\n').at(-1) ?? '').trim().slice(0, 200) || 'it failed'
}
