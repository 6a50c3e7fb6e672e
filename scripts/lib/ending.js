// Ends what a script started, whatever way the script itself is told to end.

/** How long a program may take to end in good order. */
const GRACE_MS = 10_000
/** A terminal's Ctrl-C reaches every process of the group, and npm passes it on: the second is an echo, not impatience. */
const ECHO_MS = 1_000
const PARENT_POLL_MS = 500

/**
 * Aborts on SIGINT, SIGTERM, SIGHUP, and when the process that started us is gone: npm killed by SIGKILL tells nobody.
 * @returns {AbortSignal}
 */
export function untilToldToEnd() {
  const ending = new AbortController()
  const parent = process.ppid
  let first = 0
  /** @param {string} why */
  const end = (why) => {
    if (ending.signal.aborted && performance.now() - first > ECHO_MS) process.exit(1)
    if (ending.signal.aborted) return
    first = performance.now()
    ending.abort(why)
  }
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, end)
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    end('SIGTERM')
  }, PARENT_POLL_MS)
  timer.unref()
  return ending.signal
}

/**
 * Passes the end on to a child: asked first, then not asked.
 * @param {import('node:child_process').ChildProcess} child
 * @param {AbortSignal} signal
 */
export function endWith(child, signal) {
  const pass = () => {
    const hasItAlready = signal.reason === 'SIGINT' && process.stdin.isTTY
    if (!hasItAlready) child.kill('SIGTERM')
    setTimeout(() => child.kill('SIGTERM'), GRACE_MS / 2).unref()
    setTimeout(() => child.kill('SIGKILL'), GRACE_MS).unref()
  }
  if (signal.aborted) pass()
  else signal.addEventListener('abort', pass, { once: true })
  // The last resort, should this script end by its own error.
  process.once('exit', () => child.kill('SIGTERM'))
}

/**
 * Whether a process with this number runs.
 * @param {number} pid
 */
export function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
