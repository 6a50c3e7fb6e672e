// Where Electron's program is and whether to use it. Asking the package itself (`require('electron')`) would start a
// download, so this looks at files only.
import { accessSync, closeSync, constants, openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'

/** How executables begin: ELF, Mach-O (64 bit, 32 bit, universal), Windows. */
const MAGIC = ['7f454c46', 'cffaedfe', 'cefaedfe', 'cafebabe', '4d5a']

/**
 * Path of Electron's program, or undefined when it is not whole.
 * @param {string} root
 * @returns {string | undefined}
 */
export function findElectron(root) {
  const folder = join(root, 'node_modules', 'electron')
  try {
    const { version } = /** @type {{ version: string }} */ (
      JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    )
    const unpacked = readFileSync(join(folder, 'dist', 'version'), 'utf8')
      .trim()
      .replace(/^v/, '')
    // The installer writes path.txt last: without it the program was unpacked in part.
    const program = join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8').trim())
    return unpacked === version && isExecutable(program) ? program : undefined
  } catch {
    return undefined
  }
}

/**
 * Whether a file is there, may be started, and begins as a program does.
 * @param {string} path
 */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    const head = Buffer.alloc(4)
    const file = openSync(path, 'r')
    try {
      readSync(file, head, 0, 4, 0)
    } finally {
      closeSync(file)
    }
    return MAGIC.some((magic) => head.toString('hex').startsWith(magic))
  } catch {
    return false
  }
}

/** @typedef {{ env: Record<string, string | undefined>, platform: string, uid: number | undefined }} Machine */

/** @returns {Machine} */
export function thisMachine() {
  return { env: process.env, platform: process.platform, uid: process.getuid?.() }
}

/**
 * Whether anybody could see a window.
 * @param {Machine} machine
 */
export function hasDisplay({ env, platform }) {
  if (platform === 'linux') return Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY'])
  return !env['SSH_CONNECTION']
}

/**
 * Why this machine gets no window, in words, or undefined when it may have one. SHOAL_ELECTRON=0 is never, =1 is always.
 * @param {Machine} machine
 * @returns {string | undefined}
 */
export function whyNoWindow(machine) {
  const wish = machine.env['SHOAL_ELECTRON']
  if (wish === '0') return 'SHOAL_ELECTRON=0 is set'
  if (wish === '1') return undefined
  if (machine.uid === 0) return 'Electron does not run as root'
  if (!hasDisplay(machine)) return 'there is no display'
  return undefined
}
