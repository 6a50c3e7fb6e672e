import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository. Scripts here are plain JavaScript, so that the machine's own Node (20 or newer) runs them. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

const STAMP = join(root, 'dist', '.inputs')
const FOLDERS = ['src', 'renderer', 'electron']
const FILES = ['vite.config.ts', 'package.json', 'package-lock.json', 'scripts/lib/inputs.js']
const NOT_BUILT = /\.(test|soak|spec)\.tsx?$/

/** Content of everything that goes into `dist`, as one hash. Content, not times: a clone or a checkout changes those. */
export function hashOfInputs() {
  const hash = createHash('sha256')
  const paths = FOLDERS.flatMap((folder) => filesBelow(folder)).concat(FILES)
  for (const path of paths.sort()) {
    const bytes = readFileSync(join(root, path))
    hash.update(`${path}\0${bytes.length}\0`).update(bytes)
  }
  return hash.digest('hex')
}

/** Records what `dist` was built from. */
export function writeStamp(hash) {
  writeFileSync(STAMP, hash)
}

export function isBuildCurrent() {
  try {
    return readFileSync(STAMP, 'utf8') === hashOfInputs()
  } catch {
    return false
  }
}

function filesBelow(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !NOT_BUILT.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
}
