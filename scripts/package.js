// `npm run package`: the app of this platform, unpacked, in release/; `npm run package -- --linux deb` and the like make more.
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findElectron } from './lib/electron-binary.js'
import { downloadElectron } from './lib/electron-download.js'
import { untilToldToEnd } from './lib/ending.js'
import { isBuildCurrent, root } from './lib/inputs.js'
import { checkPackage } from './lib/package-checks.js'
import { onPath, runTool } from './lib/programs.js'
import { writeStubElectron } from './lib/stub-electron.js'

const MAC = {
  folders: ['mac', 'mac-arm64', 'mac-universal'],
  resources: 'Shoal.app/Contents/Resources',
  program: 'Shoal.app',
}
const WINDOWS = {
  folders: ['win-unpacked', 'win-arm64-unpacked'],
  resources: 'resources',
  program: 'Shoal.exe',
}
const LINUX = {
  folders: ['linux-unpacked', 'linux-arm64-unpacked'],
  resources: 'resources',
  program: 'shoal-desktop',
}
const LAYOUT = { darwin: MAC, win32: WINDOWS }[/** @type {'darwin' | 'win32'} */ (process.platform)] ?? LINUX

const ending = untilToldToEnd()
const temporary = mkdtempSync(join(tmpdir(), 'shoal-stub-'))
process.once('exit', () => rmSync(temporary, { recursive: true, force: true }))
process.exitCode = await makePackage()

/** @returns {Promise<number>} */
async function makePackage() {
  if (!isBuildCurrent() && (await runTool('vite', ['build', '--app'])).code !== 0) return 1
  const stub = await stubIfNeeded()
  // Names tell a dummy from an app, so nothing of an earlier run may stay.
  rmSync(join(root, 'release'), { recursive: true, force: true })
  const targets = process.argv.length > 2 ? process.argv.slice(2) : ['--dir']
  const { code } = await runTool(
    'electron-builder',
    ['--config', 'build/electron-builder.config.js', '--publish', 'never', ...targets],
    { env: { ...offlineTools(), ...(stub && { SHOAL_STUB_ELECTRON: stub }) } },
  )
  const folder = unpackedFolder(stub !== undefined)
  if (code !== 0 || folder === undefined) return code || 1
  const checks = await checkPackage({
    resources: join(folder, LAYOUT.resources),
    program: join(folder, LAYOUT.program),
  })
  for (const { name, problems } of checks)
    console.log([`${problems.length === 0 ? '✓' : '✗'} ${name}`, ...problems].join('\n    '))
  if (stub)
    console.log(
      'STUB: made without Electron. It shows that the contents are right, and cannot start as an app.',
    )
  console.log(folder)
  return checks.every(({ problems }) => problems.length === 0) ? 0 : 1
}

/** @returns {Promise<string | undefined>} The folder of a dummy, when there is no Electron to be had. */
async function stubIfNeeded() {
  if (findElectron(root)) return undefined
  const wanted = process.env['SHOAL_ELECTRON'] !== '0'
  const result = wanted ? await downloadElectron(root, ending) : { got: false, reason: 'SHOAL_ELECTRON=0' }
  if (findElectron(root)) return undefined
  console.log(
    `No Electron (${'reason' in result ? result.reason : 'not whole'}): packaging with a dummy in its place.`,
  )
  const { version } = /** @type {{ version: string }} */ (
    JSON.parse(readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8'))
  )
  writeStubElectron(temporary, version)
  return temporary
}

/** What electron-builder would download, where the system has it. */
function offlineTools() {
  const sevenZip = onPath(['7za', '7z'])
  return {
    ...(sevenZip && { ELECTRON_BUILDER_7ZIP_PATH: sevenZip }),
    ...(onPath(['dpkg-deb']) && { CUSTOM_FPM_PATH: join(root, 'build', 'fpm-over-dpkg.js') }),
  }
}

/**
 * @param {boolean} isStub
 * @returns {string | undefined}
 */
function unpackedFolder(isStub) {
  const found = LAYOUT.folders.map((name) => join(root, 'release', name)).find((path) => existsSync(path))
  if (found === undefined || !isStub) return found
  renameSync(found, `${found}-STUB`)
  return `${found}-STUB`
}
