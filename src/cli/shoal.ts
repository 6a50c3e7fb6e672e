#!/usr/bin/env node
// The `shoal` command. This file alone is read by whatever Node starts it, so it keeps to what Node 20 understands; the
// program behind it needs the Node that the checkout brings along.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

/** The line Electron embeds: the core runs on the same features everywhere. */
const NODE_MAJOR = 24
/** Set for the second start, so that a wrong binary is an error and not a loop. */
const RESTARTED = 'SHOAL_NODE_RESTARTED'
/** With nobody left to wait for it, a program that cannot end in good order ends anyway. Longer than its own deadlines. */
const ORPHAN_DEADLINE_MS = 15_000

function endWithParent(): void {
  if (!process.connected) return
  // A parent that was killed cannot pass a signal on; its end of the channel closing says the same.
  process.once('disconnect', () => {
    const code = 128 + constants.signals.SIGTERM
    if (!process.emit('SIGTERM')) process.exit(code)
    setTimeout(() => process.exit(code), ORPHAN_DEADLINE_MS).unref()
  })
  process.channel?.unref()
}

async function run(): Promise<void> {
  endWithParent()
  delete process.env[RESTARTED]
  // The core's timers never hold a process: a command that waits for one must not end for want of anything else to do.
  setInterval(() => {}, 2 ** 30)
  const { main } = await import('./main.ts')
  const code = await main(process.argv.slice(2))
  // Everything is released; libraries' timers alone would keep the process for seconds. A pipe is emptied first.
  await Promise.all(
    [process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done))),
  )
  process.exit(code)
}

function ownNode(): string | undefined {
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  const path = fileURLToPath(new URL(`../../node_modules/node/bin/${name}`, import.meta.url))
  return existsSync(path) ? path : undefined
}

function restart(node: string): void {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [RESTARTED]: '1' },
  })
  const passOn = (signal: NodeJS.Signals): void => {
    // A terminal signals the whole foreground group: the child has its own Ctrl-C already.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, passOn)
  child.once('error', (error) => fail(`cannot start ${node}: ${error.message}`))
  child.once('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.removeAllListeners(name)
    process.kill(process.pid, signal)
  })
}

function fail(reason: string): void {
  process.stderr.write(`shoal: ${reason}\n`)
  process.exit(1)
}

const major = Number.parseInt(process.versions.node, 10)
const node = ownNode()
if (major >= NODE_MAJOR) await run()
else if (node === undefined || process.env[RESTARTED] !== undefined)
  fail(`needs Node ${NODE_MAJOR} or newer, this is ${process.versions.node}; run npm ci to get it`)
else restart(node)
