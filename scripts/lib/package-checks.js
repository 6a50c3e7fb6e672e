// What must hold of an unpacked app, whether its Electron is real or a dummy.
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { listAsar } from './asar.js'
import { ownNode, run } from './programs.js'

const CORE = [
  'shoal.js',
  'utility.js',
  'part-worker.js',
  'share-worker.js',
  'racer.js',
  'lookups-worker.js',
  'socket-end.js',
  'package.json',
].map((name) => `dist/core/${name}`)
const SHELL = ['main.js', 'preload.cjs', 'icons/icon.png', 'icons/tray.png'].map(
  (name) => `dist/electron/${name}`,
)
const PACKED = ['package.json', 'dist/renderer/index.html', ...SHELL]
const FOREIGN = /(^|\/)node_modules\/|\.map$|\.tsx?$|^(src|e2e|scripts|docs|renderer|electron|build)\//

const FUSES = {
  [FuseV1Options.RunAsNode]: '0',
  [FuseV1Options.EnableCookieEncryption]: '1',
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: '0',
  [FuseV1Options.EnableNodeCliInspectArguments]: '0',
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: '1',
  [FuseV1Options.OnlyLoadAppFromAsar]: '1',
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: '0',
}

/** @typedef {{ name: string, problems: string[] }} Check */

/**
 * @param {{ resources: string, program: string }} app
 * @returns {Promise<Check[]>}
 */
export async function checkPackage({ resources, program }) {
  const files = listAsar(join(resources, 'app.asar'))
  const unpacked = join(resources, 'app.asar.unpacked', 'dist', 'core')
  return [
    { name: 'holds the app and nothing else', problems: checkFiles(files) },
    { name: 'keeps the core beside the archive, whole', problems: checkUnpacked(files, unpacked) },
    { name: 'needs nothing that is not in it', problems: checkImports(unpacked) },
    { name: 'has its fuses set', problems: await checkFuses(program) },
    { name: 'has a core that starts by itself', problems: await checkCore(unpacked) },
  ]
}

/** @param {Map<string, boolean>} files */
function checkFiles(files) {
  const missing = [...PACKED, ...CORE].filter((path) => !files.has(path)).map((path) => `missing: ${path}`)
  const foreign = [...files.keys()].filter((path) => FOREIGN.test(path)).map((path) => `foreign: ${path}`)
  return [...missing, ...foreign]
}

/**
 * @param {Map<string, boolean>} files
 * @param {string} folder
 */
function checkUnpacked(files, folder) {
  const wrong = [...files].filter(([path, beside]) => path.startsWith('dist/core/') !== beside)
  const there = existsSync(folder) ? readdirSync(folder) : []
  const absent = [...files.keys()]
    .filter((path) => path.startsWith('dist/core/') && !there.includes(path.slice('dist/core/'.length)))
    .map((path) => `not on disk: ${path}`)
  return [...wrong.map(([path]) => `on the wrong side of the archive: ${path}`), ...absent]
}

/** @param {string} folder */
function checkImports(folder) {
  const builtin = new Set([...builtinModules, 'node:sqlite'])
  return readdirSync(folder)
    .filter((name) => name.endsWith('.js'))
    .flatMap((name) => {
      const text = readFileSync(join(folder, name), 'utf8')
      const specifiers = [...text.matchAll(/^(?:import|export)\b[^'"]*?from\s*["']([^"'\n]+)["'];?$/gm)]
      return specifiers
        .map(([, specifier]) => specifier ?? '')
        .filter(
          (specifier) =>
            !specifier.startsWith('./') && !specifier.startsWith('node:') && !builtin.has(specifier),
        )
        .map((specifier) => `${name} imports ${specifier}`)
    })
}

/** @param {string} program */
async function checkFuses(program) {
  const wire = /** @type {Readonly<Record<string, unknown>>} */ (
    /** @type {unknown} */ (await getCurrentFuseWire(program))
  )
  return Object.entries(FUSES)
    .map(([fuse, wanted]) => ({ fuse, wanted, is: String.fromCharCode(Number(wire[fuse])) }))
    .filter(({ is, wanted }) => is !== wanted)
    .map(({ fuse, is }) => `fuse ${FuseV1Options[Number(fuse)]} is ${is}`)
}

/**
 * Runs the core from a folder of its own, away from any node_modules.
 * @param {string} folder
 */
async function checkCore(folder) {
  const away = mkdtempSync(join(tmpdir(), 'shoal-package-'))
  try {
    cpSync(folder, join(away, 'core'), { recursive: true })
    const shoal = join(away, 'core', 'shoal.js')
    const help = await run(ownNode(), [shoal, '--help'], { quiet: true, cwd: away })
    if (help.code !== 0) return [`shoal --help: exit code ${help.code}\n${help.output}`]
    return await checkServe(shoal, join(away, 'home'))
  } finally {
    rmSync(away, { recursive: true, force: true, maxRetries: 3 })
  }
}

const SERVE_DEADLINE_MS = 30_000

/**
 * @param {string} shoal
 * @param {string} home
 * @returns {Promise<string[]>}
 */
function checkServe(shoal, home) {
  const args = [shoal, 'serve', '--json', '--home', home, '--no-mdns', '--no-dht']
  const child = spawn(ownNode(), args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  let errors = ''
  let ready = false
  child.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ text) => (errors += text))
  createInterface({ input: /** @type {import('node:stream').Readable} */ (child.stdout) }).on(
    'line',
    (line) => {
      if (!line.includes('"ready"')) return
      ready = true
      child.kill('SIGTERM')
    },
  )
  const deadline = setTimeout(() => child.kill('SIGKILL'), SERVE_DEADLINE_MS)
  return new Promise((resolve) => {
    child.once('close', (_code, signal) => {
      clearTimeout(deadline)
      if (ready && signal !== 'SIGKILL') return resolve([])
      resolve([`shoal serve ${ready ? 'did not end' : 'was not ready'}\n${errors}`])
    })
  })
}
