import { closeSync, openSync, readSync } from 'node:fs'

/** @typedef {{ files?: Record<string, Entry>, unpacked?: boolean, size?: number }} Entry */

/**
 * What an asar archive holds: path → whether it lies beside the archive. The header is JSON behind four 32-bit numbers, the
 * last of which is its length (electron/asar, "Format").
 * @param {string} archive
 * @returns {Map<string, boolean>}
 */
export function listAsar(archive) {
  const file = openSync(archive, 'r')
  try {
    const sizes = Buffer.alloc(16)
    readSync(file, sizes, 0, 16, 0)
    const json = Buffer.alloc(sizes.readUInt32LE(12))
    readSync(file, json, 0, json.length, 16)
    /** @type {Map<string, boolean>} */
    const found = new Map()
    collect(/** @type {Entry} */ (JSON.parse(json.toString('utf8'))), '', found)
    return found
  } finally {
    closeSync(file)
  }
}

/**
 * @param {Entry} entry
 * @param {string} path
 * @param {Map<string, boolean>} found
 */
function collect(entry, path, found) {
  if (!entry.files) return void found.set(path, entry.unpacked === true)
  for (const [name, child] of Object.entries(entry.files))
    collect(child, path ? `${path}/${name}` : name, found)
}
