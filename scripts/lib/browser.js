// Which Chromium the end-to-end tests drive: the one named, the system's, one from the system's packages, Playwright's own.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { root } from './inputs.js'
import { isRunnable, runTool } from './programs.js'
import { installMissing, systemBrowser, whyNoPackages } from './system-packages.js'

/** @typedef {{ path: string } | { path: undefined, reason: string }} Browser */

/** @returns {Promise<Browser>} */
export async function findBrowser() {
  const named = process.env['CHROMIUM']
  if (named) {
    return isRunnable(named)
      ? { path: named }
      : { path: undefined, reason: `CHROMIUM=${named} is no program` }
  }
  const found = systemBrowser()
  if (found) return { path: found }
  return process.getuid?.() === 0 ? fromApt() : fromPlaywright()
}

/** @returns {Promise<Browser>} */
async function fromApt() {
  const reason = whyNoPackages()
  if (reason) return { path: undefined, reason: `no Chromium, and ${reason}` }
  await installMissing()
  const path = systemBrowser()
  return path ? { path } : { path: undefined, reason: 'apt-get did not bring a Chromium' }
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
