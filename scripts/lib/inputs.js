import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository. Scripts here are plain JavaScript, so that the machine's own Node (20 or newer) runs them. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

const STAMP = '.inputs'
const FOLDERS = ['src', 'renderer', 'electron', 'build/icons']
const FILES = ['vite.config.ts', 'package.json', 'package-lock.json', 'scripts/lib/inputs.js']
const NOT_BUILT = /\.(test|soak|spec)\.tsx?$/

/** Content of everything that goes into `dist`, as one hash. Content, not times: a clone or a checkout changes those. */
export function hashOfInputs() {
  const hash = createHash('sha256')
  const paths = FOLDERS.flatMap((folder) => filesBelow(folder)).concat(FILES)
  for (const path of paths.toSorted()) {
    const bytes = readFileSync(join(root, path))
    hash.update(`${path}\0${bytes.length}\0`).update(bytes)
  }
  return hash.digest('hex')
}

/**
 * Records what a folder was built from.
 * @param {string} folder
 * @param {string} hash
 */
export function writeStamp(folder, hash) {
  writeFileSync(join(folder, STAMP), hash)
}

export function isBuildCurrent() {
  try {
    return readFileSync(join(root, 'dist', STAMP), 'utf8') === hashOfInputs()
  } catch {
    return false
  }
}

/** @param {string} folder */
function filesBelow(folder) {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => !NOT_BUILT.test(name))
    .map((name) => join(folder, name))
    .filter((path) => statSync(join(root, path)).isFile())
}
