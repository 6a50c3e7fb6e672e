// A process of its own, so that it can be given up at any moment: brings Electron's archive into the user's cache, and
// tells its parent how far it is. The archive is checked against the package's own list of hashes.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './inputs.js'

const require = createRequire(join(root, 'node_modules', 'electron', 'package.json'))

const { downloadArtifact } = /** @type {typeof import('@electron/get')} */ (
  await import(pathToFileURL(require.resolve('@electron/get')).href)
)
const { version } = /** @type {{ version: string }} */ (require('./package.json'))

await downloadArtifact({
  version,
  artifactName: 'electron',
  platform: process.platform,
  arch: process.arch,
  checksums: /** @type {Record<string, string>} */ (require('./checksums.json')),
  downloadOptions: {
    quiet: true,
    getProgressCallback: async (/** @type {{ transferred: number, total: number | null }} */ progress) =>
      process.send?.({ transferred: progress.transferred, total: progress.total ?? 0 }),
  },
})
process.disconnect?.()
