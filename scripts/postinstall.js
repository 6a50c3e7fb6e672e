// npm does not link a package's own bin: this puts `shoal` beside the others, so that node_modules/.bin/shoal works in a
// checkout. Never fails the install: the command is also `npm run -s shoal --`.
import { lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'node_modules', '.bin')
const target = relative(folder, join(root, 'dist', 'core', 'shoal.js'))

/** @param {string} path */
function clear(path) {
  if (lstatSync(path, { throwIfNoEntry: false })) rmSync(path, { force: true })
}

function link() {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'shoal')
  clear(path)
  if (process.platform !== 'win32') return symlinkSync(target, path)
  // Windows starts neither symbolic links nor `#!` lines: one shim for cmd, one for the shells that Git brings.
  writeFileSync(path, `#!/bin/sh\nexec node "$(dirname "$0")/${target.replaceAll('\\', '/')}" "$@"\n`)
  writeFileSync(`${path}.cmd`, `@node "%~dp0\\${target}" %*\r\n`)
  // Scripts begin with `exec`, so that no shell stands between npm and the program and keeps signals from it. What is
  // built into every sh is a file here.
  writeFileSync(join(folder, 'exec.cmd'), '@%*\r\n')
}

try {
  link()
} catch (error) {
  console.warn(`shoal: the command was not linked (${String(error)}); use "npm run -s shoal --" instead`)
}
