// A dummy in place of Electron's program, for machines that cannot download it: enough for electron-builder to make a
// package whose contents can be checked, and useless as an app, which it says when started.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where @electron/fuses writes: this marker, a version, a count, and one character per fuse. */
const FUSE_SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
const FUSES = '010011011'

/**
 * @param {string} folder
 * @param {string} version
 */
export function writeStubElectron(folder, version) {
  if (process.platform !== 'linux')
    throw new Error('a stub can only be made on Linux; install Electron instead')
  mkdirSync(join(folder, 'resources'), { recursive: true })
  mkdirSync(join(folder, 'locales'), { recursive: true })
  const program = Buffer.concat([
    Buffer.from('#!/bin/sh\necho "This package was made without Electron and cannot start." >&2\nexit 1\n# '),
    Buffer.from(FUSE_SENTINEL),
    Buffer.from([1, FUSES.length]),
    Buffer.from(`${FUSES}\n`),
  ])
  writeFileSync(join(folder, 'electron'), program)
  chmodSync(join(folder, 'electron'), 0o755)
  writeFileSync(join(folder, 'version'), version)
  for (const locale of ['en-US', 'ko']) writeFileSync(join(folder, 'locales', `${locale}.pak`), '')
  for (const file of ['LICENSE', 'LICENSES.chromium.html']) writeFileSync(join(folder, file), 'stub\n')
}
