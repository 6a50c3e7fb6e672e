// Which Chromium the end-to-end tests drive: the one named, the system's, one from the system's packages, Playwright's own.
import { accessSync, constants, existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { root } from './inputs.js'
import { run, runTool } from './programs.js'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
/** Korean text in screenshots needs the second; the network namespaces of some tests need the third. */
const PACKAGES = ['chromium', 'fonts-noto-cjk', 'iproute2']

/**
 * Path of a program on PATH.
 * @param {readonly string[]} names
 * @returns {string | undefined}
 */
export function onPath(names) {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isRunnable)
}

/** @param {string} path */
function isRunnable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** @typedef {{ path: string } | { path: undefined, reason: string }} Browser */

/** @returns {Promise<Browser>} */
export async function findBrowser() {
  const named = process.env['CHROMIUM']
  if (named) {
    return isRunnable(named)
      ? { path: named }
      : { path: undefined, reason: `CHROMIUM=${named} is no program` }
  }
  const found = onPath(NAMES)
  if (found) return { path: found }
  return process.getuid?.() === 0 ? fromApt() : fromPlaywright()
}

/** @returns {Promise<Browser>} */
async function fromApt() {
  if (process.env['SHOAL_NO_APT'] === '1')
    return { path: undefined, reason: 'no Chromium, and SHOAL_NO_APT=1' }
  if (!existsSync('/usr/bin/apt-get')) return { path: undefined, reason: 'no Chromium, and no apt-get' }
  console.log(
    `No Chromium here: installing ${PACKAGES.join(', ')} with apt-get (SHOAL_NO_APT=1 prevents it) …`,
  )
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const updated = await run('apt-get', ['update'], { quiet: true, env })
  const installed = await run('apt-get', ['install', '-y', ...PACKAGES], { quiet: true, env })
  const path = onPath(NAMES)
  if (path) return { path }
  console.log(`${updated.output}${installed.output}`)
  return { path: undefined, reason: 'apt-get did not bring a Chromium' }
}

/** @returns {Promise<Browser>} */
async function fromPlaywright() {
  const own = () => {
    const { chromium } = /** @type {typeof import('@playwright/test')} */ (
      createRequire(join(root, 'package.json'))('@playwright/test')
    )
    return chromium.executablePath()
  }
  if (!existsSync(own())) {
    console.log("No Chromium here: downloading Playwright's …")
    await runTool('playwright', ['install', 'chromium'])
  }
  return existsSync(own()) ? { path: own() } : { path: undefined, reason: 'no Chromium could be had' }
}
